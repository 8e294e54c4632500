import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { doctor } from '../../../build/commands/doctor.ts';
import { evaluateCommand } from '../../../build/commands/evaluate.ts';
import { scoreCommand } from '../../../build/commands/score.ts';
import { openLocalKv } from '../../../build/kv/local-kv.ts';
import { statisticsPlace } from '../../../src/core/artifact/statistics.ts';
import { publish } from '../../../src/core/publish/publish.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { runCommand } from '../support/command.ts';

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-rules-'));
afterAll(() => rm(folder, { recursive: true }));

/** An artifact with one segment, whose name no config has. */
const artifact = await artifactGiving(10, {
  config: {
    segments: {
      halves_segment: {
        of: 'total_orders',
        bands: [
          { name: 'few', min: 0, max: 9 },
          { name: 'many', min: 10 },
        ],
      },
    },
    default_segment: 'halves_segment',
  },
});
const FILE = join(folder, 'other.json');
await writeFile(FILE, artifact.texts.table);
await writeFile(statisticsPlace(FILE), artifact.texts.statistics);

const KV = join(folder, 'state');
const { kv, close } = await openLocalKv({ env: undefined, folder: KV });
await publish(kv, artifact, { by: 'ana', now: Date.UTC(2026, 10, 28) });
await close();

const CHOICES = [
  ['a file', [FILE]],
  ['what is live', ['live', '--persist-to', KV]],
  ['a version', [artifact.version, '--persist-to', KV]],
] as const;

describe.each(CHOICES)('--artifact with %s', (_, choice) => {
  it('has doctor look at a history with its bands', async () => {
    const { code, out, err } = await runCommand(doctor, ['--artifact', ...choice, '--json']);
    expect(code).toBe(0);
    expect(err).toContain(`version ${artifact.version}`);
    const { cells } = JSON.parse(out);
    // Two bands in each of the four countries of the sample.
    expect(cells).toBe(8);
  });

  it('has evaluate compare it with every other setting', async () => {
    const { code, out, err } = await runCommand(evaluateCommand, ['--artifact', ...choice, '--json']);
    expect([code, err]).toEqual([0, expect.stringContaining(`version ${artifact.version}`)]);
    const { results } = JSON.parse(out);
    expect(results.map(({ segment }: { segment: string }) => segment)).toContain('halves_segment');
    expect(JSON.stringify(results)).not.toContain('tenure_segment');
  });

  it('has score answer from it, and say so in its first line', async () => {
    const customers = join(folder, 'customers.csv');
    await writeFile(customers, 'country_code,last_order_ts,total_orders\nPeru,2026-06-20,15\n');
    const args = ['--input', customers, '--output', join(folder, 'vouchers.csv'), '--as-of', '2026-07-01'];
    const { code, out } = await runCommand(scoreCommand, [...args, '--artifact', ...choice]);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Answers from .+: version ${artifact.version}, history of 2018-07-21`));
  });
});

it.each([doctor, evaluateCommand])('%o says what it takes when --artifact names nothing', async (command) => {
  const { code, err } = await runCommand(command as typeof doctor, ['--artifact', 'no-such.json']);
  expect([code, err]).toEqual([1, expect.stringContaining('no-such.json')]);
});
