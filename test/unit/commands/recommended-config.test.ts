import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { buildArtifact } from '../../../build/commands/build-artifact.ts';
import { doctor } from '../../../build/commands/doctor.ts';
import { evaluateCommand } from '../../../build/commands/evaluate.ts';
import { readArtifactFiles } from '../../../build/files/artifact-files.ts';
import { createApp } from '../../../src/app.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { bundledStore } from '../../../src/store/bundled.ts';
import { runCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

vi.setConfig({ testTimeout: 120_000 });

const folder = temporaryFolder();

it('a recommended config is a whole one: it is built from, looked at, evaluated again and served as it is', async () => {
  const winner = join(folder.path, 'winner.json');
  // A quarter of the sample, over all of its months, is answered in a quarter of the time.
  const sample = readFileSync('build/sample/history.csv', 'utf8').split('\n');
  const input = ['--input', folder.write('sample.csv', sample.filter((_, at) => at % 4 === 0).join('\n'))];
  expect((await runCommand(evaluateCommand, [...input, '--recommend', winner])).code).toBe(0);
  const written = JSON.parse(readFileSync(winner, 'utf8'));
  const shipped = JSON.parse(readFileSync('config/voucher.json', 'utf8'));
  // All that it does not recommend stays as it was.
  const { $comment, default_segment, imputation: _, segments, combined, ...rest } = written;
  const kept = Object.fromEntries(Object.keys(rest).map((key) => [key, shipped[key]]));
  expect(Object.keys(rest)).toEqual(
    expect.arrayContaining(['inputs', 'columns', 'guards', 'amount', 'fallback']),
  );
  expect(kept).toMatchObject({ guards: rest.guards, inputs: rest.inputs, fallback: rest.fallback });
  expect($comment).toMatch(
    new RegExp(
      `^default_segment is ${default_segment}: of \\d+ settings it had the least mean absolute error`,
    ),
  );
  const { statistic } = { ...segments, ...combined }[default_segment];
  expect(statistic).toMatch(/^(?:mean|median|mode|shrunk_\w+|mean_snapped)$/);

  const out = join(folder.path, 'out');
  expect((await runCommand(buildArtifact, ['--config', winner, '--out', out])).code).toBe(0);
  expect((await runCommand(doctor, ['--config', winner])).code).toBe(0);
  const again = await runCommand(evaluateCommand, [...input, '--config', winner, '--json']);
  expect(JSON.parse(again.out).recommended).toMatchObject({ default_segment, combined, segments });

  const { table, compiled } = await readArtifactFiles(join(out, 'current.json'));
  expect(table.config).toMatchObject({ default_segment });
  expect(compiled.segments.get(default_segment)?.ladder.statistic).toBe(statistic);
  const app = createApp({ store: bundledStore(table), clock: systemClock, log: () => {} });
  const response = await app.request('/voucher', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      customer_id: 1,
      country_code: 'Peru',
      last_order_ts: '2026-06-01',
      total_orders: 5,
    }),
  });
  expect(await response.json()).toMatchObject({
    segment_name: default_segment,
    source: expect.stringMatching(/segment|country/),
  });
});
