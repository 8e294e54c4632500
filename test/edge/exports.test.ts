import { expect, it } from 'vitest';
import { consume } from '../../src/ingest/triggers.ts';
import { EXPORT_CASES, HEALTHY_CSV } from '../support/exports.ts';
import { byHand, takeUpAll } from './support/deaths.ts';
import { afresh, dropAs, idle, ingestion, message } from './support/pipeline.ts';

afresh();

/** The steps of a run are done one after the other, as the workflow does them in other tests. @returns the run */
async function uploaded(content: Uint8Array<ArrayBuffer> | string) {
  await byHand();
  await dropAs('in.csv', content);
  await consume({ messages: [message('in.csv')] }, ingestion().sequencer);
  await takeUpAll();
  return await idle();
}

/** Of the cases that hold the healthy rows and no more. */
const versions = new Set<string | null>();

/** Cases that need another config than the deployed one are refused here. */
it.each(EXPORT_CASES)('an upload is read or refused with the words of a build: $name', async (one) => {
  const run = await uploaded(one.content);
  if (typeof one.right !== 'number') {
    expect(run.state).toBe('refused');
    const said = [...run.reasons, ...run.quarantined.map(({ reason }) => reason)].join('\n');
    expect(said).toMatch(one.right);
    expect(said).not.toContain('should not have happened');
    return;
  }
  expect(run).toMatchObject({ state: 'published', counts: { rows_kept: 4 * one.right }, quarantined: [] });
  expect(run.warnings.join('\n')).toMatch(one.warns ?? /^$/);
  if (one.right === 1 && !one.amounts && !one.dropped) versions.add(run.version);
});

it('an upload in any form becomes the very artifact of the plain one', async () => {
  const { version } = await uploaded(HEALTHY_CSV);
  expect([...versions]).toEqual([version]);
});
