import { expect, it } from 'vitest';
import { DEFAULT_GUARDS } from '../../../src/core/config/defaults.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import type { Compared } from '../../../src/core/publish/compared.ts';
import { diffArtifacts } from '../../../src/core/publish/diff.ts';
import { objectionsTo } from '../../../src/core/publish/guards.ts';
import { artifactOf, rawRow, shippedConfig } from '../../support/histories.ts';

/** What is usual: Peru has a mean of 30, China one of 80. */
const AMOUNTS = { Peru: [20, 30, 40], China: [60, 80, 100] };

/** @returns rows of both countries in a month of 2026 */
function month(number: number, rows: number, { countries = AMOUNTS, times = 1 } = {}): RawRow[] {
  const start = Date.UTC(2026, number - 1, 3);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return Object.entries(countries).flatMap(([country, amounts]) =>
    Array.from({ length: rows }, (_, row) => {
      const amount = (amounts[row % 3] as number) * times;
      return rawRow([day(start), country, day(start - 100 * 86_400_000), '2025-01-01', '9', String(amount)]);
    }),
  );
}

const months = (numbers: readonly number[], rows: number) => numbers.flatMap((one) => month(one, rows));
const HISTORY = months([1, 2, 3, 4, 5, 6], 300);

async function sideOf(rows: readonly RawRow[], config = {}): Promise<Compared> {
  const { table, statistics } = await artifactOf(rows, shippedConfig(config));
  return { compiled: compileArtifact(table), statistics };
}

async function objections(before: readonly RawRow[], after: readonly RawRow[], config = {}) {
  const diff = diffArtifacts(await sideOf(before), await sideOf(after, config));
  return objectionsTo(diff, DEFAULT_GUARDS).map(({ guard, message }) => `${guard}: ${message}`);
}

it('guards refuse a few new rows with wrong amounts, which hardly move the mean of a long history', async () => {
  const dear = month(7, 40, { times: 10 });
  expect(await objections(HISTORY, [...HISTORY, ...dear])).toEqual([
    'largest_mean_change: the mean amount of new rows of a country may differ by at most 50% from that of its rows before: that of 40 new rows of China is 795, before it is 80',
  ]);
  expect(await objections(HISTORY, [...HISTORY, ...month(6, 40, { times: 10 })])).toHaveLength(1);
  expect(await objections(HISTORY, [...HISTORY, ...month(7, 40, { times: 0.01 })])).toHaveLength(1);
});

it('guards refuse new rows whose countries are swapped', async () => {
  const swapped = month(7, 40, { countries: { Peru: AMOUNTS.China, China: AMOUNTS.Peru } });
  expect(await objections(HISTORY, [...HISTORY, ...swapped])).toEqual([
    expect.stringMatching(/^largest_mean_change: .* 40 new rows of Peru is 79.5, before it is 30$/),
  ]);
});

it.each<[string, RawRow[]]>([
  ['new rows as usual', [...HISTORY, ...month(7, 40)]],
  ['fewer new rows than count as a cell', [...HISTORY, ...month(7, 29, { times: 5 })]],
  [
    'a country that is new',
    [...HISTORY, ...month(7, 40, { countries: { ...AMOUNTS, Chile: [9000, 9000, 9000] } as never })],
  ],
  ['the last months, and a new one', [...months([4, 5, 6], 300), ...month(7, 300)]],
  ['nothing but the same rows', HISTORY],
])('guards let pass %s', async (_, after) => {
  expect(await objections(HISTORY, after)).toEqual([]);
});

it('guards refuse to lose half of the rows that are live, also where as many are new', async () => {
  const after = [...months([1, 2, 3, 4, 5, 6], 140), ...months([7, 8, 9, 10, 11, 12], 300)];
  expect(await objections(HISTORY, after)).toEqual([
    'smallest_share_of_rows: a new version must have at least 50% of the 3,000 rows of what is live in the periods that both cover: it has 1,400',
  ]);
});

it('guards compare no periods of another length', async () => {
  expect(await objections(HISTORY, [...HISTORY, ...month(7, 40, { times: 10 })], { period: 'week' })).toEqual(
    [],
  );
});
