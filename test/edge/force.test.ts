import { describe, expect, it } from 'vitest';
import { byHand, takeUpAll } from './support/deaths.ts';
import {
  afresh,
  built,
  deliver,
  drop,
  dropAs,
  fileBytes,
  idle,
  ingestion,
  liveText,
  message,
} from './support/pipeline.ts';

afresh();

/** A history is live, and its file is deleted: what comes next loses most of the rows. */
async function withoutMostRows() {
  await drop('a.csv');
  await deliver(message('a.csv'));
  await ingestion().bucket.delete('uploads/a.csv');
}

describe('a run that may pass the guards', () => {
  it('does not share its force with the run that waits for an upload, which goes first', async () => {
    await withoutMostRows();
    await byHand();
    const first = await ingestion().sequencer.notify(['PutObject small.csv']);
    const forced = await ingestion().sequencer.notify(['POST /runs?force=true'], {
      force: true,
      by: ['ana'],
    });
    const again = await ingestion().sequencer.notify(['POST /runs?force=true'], { force: true, by: ['bo'] });
    const waiting = await ingestion().sequencer.notify(['PutObject small.csv'], { by: ['cleo'] });
    expect([again, new Set([first, forced, waiting]).size]).toEqual([forced, 3]);
    await drop('small.csv');
    await takeUpAll();
    expect(await ingestion().sequencer.run(waiting)).toMatchObject({ force: false, by: ['cleo'] });
    expect(await ingestion().sequencer.run(forced)).toMatchObject({ force: true, by: ['ana', 'bo'] });
    // The upload was set aside before the forced run began, and that one went on without it.
    expect(await ingestion().sequencer.uploads()).toContainEqual(
      expect.objectContaining({ name: 'small.csv', state: 'set_aside' }),
    );
    expect(await liveText()).toBe(built('a'));
  });

  it('takes in no file that is set aside, and says how to accept it', async () => {
    await withoutMostRows();
    await drop('small.csv');
    const reason =
      /^small.csv is set aside: smallest_share_of_rows: .*\. Accept it with POST \/uploads\/small.csv and/;
    expect(await deliver(message('small.csv'))).toMatchObject({
      state: 'refused',
      reasons: [expect.stringMatching(reason)],
      looked_at: [
        { name: 'small.csv', state: 'set_aside', reasons: [expect.stringMatching(/^smallest_share/)] },
      ],
    });
    await ingestion().sequencer.notify(['POST /runs?force=true'], { force: true, by: ['ana'] });
    expect(await idle()).toMatchObject({
      state: 'refused',
      force: true,
      reasons: [expect.stringMatching(reason)],
    });
    expect(await liveText()).toBe(built('a'));
  });

  it('says so too where other files have joined', async () => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    await dropAs('copy.csv', fileBytes('a.csv'));
    expect(await deliver(message('copy.csv'))).toMatchObject({ state: 'refused' });
    await ingestion().sequencer.notify(['POST /runs?force=true'], { force: true, by: ['ana'] });
    expect(await idle()).toMatchObject({
      state: 'refused',
      reasons: [expect.stringMatching(/^copy.csv is set aside: .*a\.csv.*Accept it/)],
    });
  });
});
