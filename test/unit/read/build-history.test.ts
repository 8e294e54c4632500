import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArtifactFiles } from '../../../build/files/artifact-files.ts';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { build } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const DATA = '../shared/data';
const there = existsSync(join(DATA, 'expected.json'));

interface Expected {
  quality: Record<string, number>;
  segments: Record<string, Record<string, Record<string, Record<string, number | null>>>>;
}

/** Within 1e-9 of the expected figure, relative. */
function close(expected: number | null) {
  if (expected === null) return null;
  return {
    asymmetricMatch: (found: number) => Math.abs(found - expected) <= 1e-9 * Math.abs(expected),
    toString: () => String(expected),
  };
}

describe.skipIf(!there)(
  `the real history${there ? '' : ` (skipped: ${DATA} is not on this machine)`}`,
  { timeout: 60_000 },
  () => {
    const folder = temporaryFolder();

    async function artifactFrom(
      name: string,
    ): Promise<{ artifact: Artifact; quality: Record<string, unknown> }> {
      const { code, out } = await build(['--input', join(DATA, name), '--out', folder.path, '--json']);
      expect(code).toBe(0);
      const { path, quality } = JSON.parse(out);
      return { artifact: await readArtifactFiles(path), quality };
    }

    it('gives one version as CSV and as Parquet, and every figure of an independent program', async () => {
      const expected: Expected = JSON.parse(readFileSync(join(DATA, 'expected.json'), 'utf8'));
      const csv = await artifactFrom('voucher-history.csv.gz');
      const parquet = await artifactFrom('voucher-history.parquet');
      expect(csv.artifact.version).toBe(parquet.artifact.version);
      expect(csv.quality).toEqual(parquet.quality);

      const { dropped, ...counts } = csv.artifact.table.quality;
      expect({ ...counts, ...dropped }).toMatchObject({ malformed_row: 0, ...expected.quality });
      expect(counts).toMatchObject({ total_orders_unreadable: 0, voucher_amount_unreadable: 0 });
      expect([...csv.artifact.statistics.countries.keys()].sort()).toEqual(
        Object.keys(expected.segments).sort(),
      );
      let figures = 0;
      for (const [country, segments] of Object.entries(expected.segments)) {
        for (const [segment, bands] of Object.entries(segments)) {
          const found = csv.artifact.statistics.countries.get(country)?.segments[segment];
          expect(Object.keys(found ?? {}).sort()).toEqual(Object.keys(bands).sort());
          for (const [band, statistic] of Object.entries(bands)) {
            const wanted = Object.fromEntries(
              Object.entries(statistic).map(([name, value]) => [name, close(value)]),
            );
            expect(found?.[band], `${country} ${segment} ${band}`).toMatchObject(wanted);
            figures += Object.keys(wanted).length;
          }
        }
      }
      expect(figures).toBeGreaterThan(100);
    });
  },
);
