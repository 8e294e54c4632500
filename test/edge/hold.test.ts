import { describe, expect, it } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import { livePointer } from '../../src/core/publish/publish.ts';
import { byHand } from './support/deaths.ts';
import { realKv } from './support/kv.ts';
import {
  afresh,
  built,
  deliver,
  drop,
  dropAs,
  idle,
  ingestion,
  liveText,
  message,
  patrolled,
} from './support/pipeline.ts';

afresh();

const roll = () =>
  ingestion().sequencer.change({ action: 'rollback', version: null }, 'ana', 'Peru was wrong');

/** Publishes a, then a and c, and rolls back to a. */
async function rolledBack(): Promise<void> {
  await drop('a.csv');
  await deliver(message('a.csv'));
  await drop('c.csv');
  await deliver(message('c.csv'));
  expect(await roll()).toMatchObject({ ok: true, moved: { pointer: { by: 'ana' } } });
  expect(await liveText()).toBe(built('a'));
}

describe('a version that was rolled back to is held', () => {
  it('while files come in, cannot be read, are deleted, and the cron trigger looks', async () => {
    await rolledBack();
    await dropAs('note.txt', 'this is no export');
    expect(await deliver(message('note.txt'))).toMatchObject({
      state: 'held',
      version: JSON.parse(built('ac')).version,
      reasons: [expect.stringMatching(/is held since .* by ana \(Peru was wrong\)/)],
    });
    await drop('b.csv.gz');
    expect(await deliver(message('b.csv.gz'))).toMatchObject({ state: 'held' });
    await ingestion().bucket.delete('uploads/b.csv.gz');
    expect(await patrolled()).toMatchObject({ state: 'held' });
    // What is held back is not made again and again.
    const runs = (await ingestion().sequencer.runs()).length;
    await patrolled();
    expect(await ingestion().sequencer.runs()).toHaveLength(runs);
    expect(await ingestion().sequencer.notify(['forced'], { force: true })).toMatch(/^run-/);
    expect(await idle()).toMatchObject({ state: 'held', force: true });
    expect(await liveText()).toBe(built('a'));
  });

  it('until it is released: then what was held back goes live', async () => {
    await rolledBack();
    await dropAs('note.txt', 'this is no export');
    await deliver(message('note.txt'));
    await ingestion().sequencer.change({ action: 'release', version: null }, 'bo', null);
    expect(await idle()).toMatchObject({ state: 'published', because: ['what was held is released'] });
    expect(await liveText()).toBe(built('ac'));
    expect(await livePointer(realKv())).toMatchObject({ by: 'bo', hold: null });
  });

  it('and its release starts no run where nothing was uploaded', async () => {
    const { sequencer } = ingestion();
    expect(await sequencer.change({ action: 'hold', version: null }, 'ana', null)).toMatchObject({
      ok: true,
    });
    expect(await sequencer.change({ action: 'release', version: null }, 'bo', null)).toMatchObject({
      ok: true,
    });
    expect(await sequencer.runs()).toEqual([]);
  });

  it('when two operators roll back at once, one goes back once and the other once more', async () => {
    for (const name of ['a.csv', 'b.csv.gz', 'c.csv']) {
      await drop(name);
      await deliver(message(name));
    }
    const [one, other] = await Promise.all([roll(), roll()]);
    expect([one.ok, other.ok]).toEqual([true, true]);
    expect(await liveText()).toBe(built('a'));
    // What came with the deployment was live before the first upload; nothing was before that.
    expect(await roll()).toMatchObject({ ok: true, moved: { pointer: { version: bundled.version } } });
    expect(await roll()).toMatchObject({ ok: false, conflict: true });
  });
});

describe('an operator ends a run', () => {
  it('that is stuck, and the one that waits begins', async () => {
    await byHand();
    await drop('a.csv');
    const stuck = await ingestion().sequencer.notify(['a.csv']);
    const next = await ingestion().sequencer.notify(['c.csv'], { force: true });
    expect(await ingestion().sequencer.run(next)).toMatchObject({ state: 'waiting', force: true });
    await ingestion().sequencer.report(stuck, 'list', { state: 'running' });
    expect(await ingestion().sequencer.cancel(stuck, 'ana')).toMatchObject({
      state: 'failed',
      reasons: ['ana ended it'],
      steps: [{ name: 'list', state: 'failed', reason: 'its run ended', finished_at: expect.any(String) }],
    });
    expect(await ingestion().sequencer.run(next)).toMatchObject({ state: 'running', force: true });
    const report = async () => ingestion().sequencer.report(stuck, 'list', { state: 'running' });
    await expect(report()).rejects.toThrow('is not under way');
  });

  it('that waits, and it never begins', async () => {
    await byHand();
    const first = await ingestion().sequencer.notify(['a.csv']);
    const next = await ingestion().sequencer.notify(['c.csv']);
    expect(await ingestion().sequencer.cancel(next, 'ana')).toMatchObject({ state: 'failed' });
    await ingestion().sequencer.cancel(first, 'ana');
    expect(await ingestion().sequencer.runs()).toMatchObject([{ state: 'failed' }, { state: 'failed' }]);
    expect(await ingestion().sequencer.cancel('run-9', 'ana')).toBeNull();
  });
});
