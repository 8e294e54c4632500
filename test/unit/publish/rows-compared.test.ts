import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { defaultShares } from '../../../src/core/decide/default-share.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { type Compared, Side } from '../../../src/core/publish/compared.ts';
import { diffArtifacts } from '../../../src/core/publish/diff.ts';
import { rowsCompared } from '../../../src/core/publish/rows-decided.ts';
import { artifactOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';

async function compared(rows: readonly RawRow[], changes: object = {}): Promise<Compared> {
  const { table, statistics } = await artifactOf(rows, shippedConfig({ ...changes }));
  return { compiled: compileArtifact(table), statistics };
}

/** A config whose bands are fewer, and whose combinations need no support. */
const { recency_segment, frequency_segment } = shippedConfig().segments;
const FEWER = {
  segments: {
    recency_segment: { ...recency_segment, bands: recency_segment?.bands.slice(0, 2) },
    frequency_segment: { ...frequency_segment, bands: frequency_segment?.bands.slice(1) },
  },
  combined: { combined_segment: { combine: ['recency_segment', 'frequency_segment'], min_support: 1 } },
};

it('a comparison counts each row of the new history once, whatever the old one was made of', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories,
      histories,
      fc.constantFrom({}, FEWER),
      fc.constantFrom({}, FEWER),
      async (was, is, one, other) => {
        const [before, after] = [await compared(was, one), await compared(is, other)];
        const { segments, spend } = diffArtifacts(before, after);
        const rows = new Map(defaultShares(after.compiled).map((share) => [share.segment, share.rows]));
        const [old, now] = [new Side(before), new Side(after)];
        const gone = [...old.shown.keys()].filter((fold) => !now.shown.has(fold));
        for (const { segment, rows: counted, rows_affected } of segments) {
          // A country that is gone counts with the rows that it had.
          const lost = gone.map((fold) => {
            const { cells, left } = rowsCompared(old, now, fold, segment);
            return [...cells.values()].reduce((sum, count) => sum + count, left);
          });
          const kept = rows.get(segment) ?? after.compiled.table.quality.rows_kept;
          expect([segment, counted]).toEqual([segment, lost.reduce((sum, count) => sum + count, kept)]);
          expect(rows_affected).toBeLessThanOrEqual(counted);
        }
        for (const { rows: fewer, country } of spend) {
          const fold =
            [...new Map([...old.shown, ...now.shown])].find(([, shown]) => shown === country)?.[0] ?? '';
          expect(fewer).toBe(Math.min(old.rows(fold) ?? 0, now.rows(fold) ?? 0));
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('a comparison counts the rows of two histories the same way on both sides: neither more than one has', async () => {
  const at = (days: number) =>
    rawRow([
      '2018-07-21',
      'Peru',
      new Date(Date.UTC(2018, 6, 21 - days)).toISOString().slice(0, 10),
      '2017-01-01',
      '15',
      '10',
    ]);
  const rows = (count: number, days: number) => Array.from({ length: count }, () => at(days));
  // The old history had 40 rows in a band that the new one has none in; both have 60 in another.
  const diff = diffArtifacts(
    await compared([...rows(60, 40), ...rows(40, 70)]),
    await compared([...rows(60, 40), ...rows(30, 5)]),
  );
  const recency = diff.segments.find(({ segment }) => segment === 'recency_segment');
  expect(recency?.rows).toBe(90);
  const [spend] = recency?.spend ?? [];
  // 30 rows are in no band now; as many of the 40 of the band that is gone are what they are compared with.
  expect(spend).toMatchObject({ before: 900, after: 600 });
});
