import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readArtifactFiles, requireServable } from '../../../build/files/artifact-files.ts';
import { type Artifact, sealArtifact } from '../../../src/core/artifact/artifact.ts';
import { MOST_TABLE_BYTES } from '../../../src/core/artifact/read-table.ts';
import { loadTable } from '../../../src/core/decide/load.ts';
import { ofCountries } from '../../support/many-countries.ts';
import { build, ROOT } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const HISTORY = '../shared/data/voucher-history.parquet';
const there = existsSync(HISTORY);
const KB = 1000;
const folder = temporaryFolder();

async function built(input: string): Promise<Artifact> {
  const { code, out, err } = await build(['--input', input, '--out', folder.path, '--json']);
  expect(code, err).toBe(0);
  return await readArtifactFiles(JSON.parse(out).path);
}

const perCountry = ({ table, texts }: Artifact) => texts.table.length / table.countries.length;

describe.skipIf(!there)(
  `the table of the real history${there ? '' : ` (skipped: ${HISTORY} is not on this machine)`}`,
  { timeout: 120_000 },
  () => {
    it('has at most 12 KB a country with four countries, and 8 KB with twenty', async () => {
      const artifact = await built(HISTORY);
      expect(artifact.table.countries).toHaveLength(4);
      expect(perCountry(artifact)).toBeLessThanOrEqual(12 * KB);
      expect(perCountry(await ofCountries(artifact, 20))).toBeLessThanOrEqual(8 * KB);
    });
  },
);

describe('the table of the sample', () => {
  it('has at most 8 KB a country', async () => {
    expect(perCountry(await readArtifactFiles(`${ROOT}artifacts/current.json`))).toBeLessThanOrEqual(8 * KB);
  });
});

describe('a table with more bytes than the service takes', () => {
  it('is not written: the build says its size, what costs most, and what to do', async () => {
    const { table, statistics } = await readArtifactFiles(`${ROOT}artifacts/current.json`);
    // Names as long as all the rest: the table passes the limit without thousands of countries.
    const padded = new Map(
      [...statistics.countries].map(([name, ofCountry]) => [
        name + 'x'.repeat(MOST_TABLE_BYTES / 4),
        ofCountry,
      ]),
    );
    const artifact = await sealArtifact({ ...table, ...statistics, countries: padded });
    await expect(requireServable(artifact)).rejects.toThrow(
      /^the table has 12\.0 MiB for 4 countries, and at most 12\.0 MiB can be served\. Most of it is detailed_segment .*fewer or wider bands/s,
    );
    expect(await loadTable(new TextEncoder().encode(artifact.texts.table))).toMatchObject({
      code: 'too_large',
    });
  });
});
