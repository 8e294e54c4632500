import { expect, it } from 'vitest';
import { UPLOADS } from '../../src/ingest/names.ts';
import { deployedConfig } from '../../src/platform/deployed-config.ts';
import { EXPORT_CASES, HEALTHY_CSV } from '../support/exports.ts';
import { MemoryIngestion } from '../support/memory-ingestion.ts';

/**
 * The reading is that of workerd: its streams, its decoders. The storage is memory, since what a file holds makes no
 * difference to the bindings, which other tests are about. @returns the run
 */
async function uploaded(content: Uint8Array<ArrayBuffer> | string) {
  const deployment = new MemoryIngestion(deployedConfig);
  const body = new Response(content).body as ReadableStream;
  await deployment.bucket.put(`${UPLOADS}in.csv`, body);
  await deployment.cron();
  await deployment.settle();
  const [run] = await deployment.sequencer.runs();
  if (run === undefined) throw new Error('expected a run');
  return run;
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
