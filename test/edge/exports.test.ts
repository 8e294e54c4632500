import { expect, it } from 'vitest';
import { EXPORT_CASES, HEALTHY_CSV } from '../support/exports.ts';
import { afresh, deliver, dropAs, message } from './support/pipeline.ts';

afresh();

/** Of the cases that hold the healthy rows and no more. */
const versions = new Set<string | null>();

/** Cases that need another config than the deployed one are refused here. */
it.each(EXPORT_CASES)('an upload is read or refused with the words of a build: $name', async (one) => {
  await dropAs('in.csv', one.content);
  const run = await deliver(message('in.csv'));
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
  await dropAs('in.csv', HEALTHY_CSV);
  const { version } = await deliver(message('in.csv'));
  expect([...versions]).toEqual([version]);
});
