import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Cube } from '../../../src/core/cube/cube.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { relativeChange } from '../../../src/core/publish/answer-changes.ts';
import type { Compared } from '../../../src/core/publish/compared.ts';
import { diffArtifacts } from '../../../src/core/publish/diff.ts';
import { objectionsTo } from '../../../src/core/publish/guards.ts';
import { artifactOfCube, cubeOf, shippedConfig } from '../../support/histories.ts';

const HISTORY = '../shared/data/voucher-history.csv.gz';
const there = existsSync(HISTORY);
const config = shippedConfig();

/** The days on which each week ends: rows before it are known. */
const WEEKS = ['06-16', '06-23', '06-30', '07-07', '07-14', '07-21', '07-24', '07-31'].map(
  (day) => `2018-${day}`,
);

function readRows(): RawRow[] {
  const lines = gunzipSync(readFileSync(HISTORY)).toString().trim().split('\n');
  const names = (lines[0] as string).split(',');
  return lines
    .slice(1)
    .map((line) => {
      const fields = line.split(',');
      return Object.fromEntries(names.map((name, index) => [name, fields[index]])) as unknown as RawRow;
    })
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
}

const sum = (cubes: readonly Cube[]) => {
  const cube = new Cube((cubes[0] as Cube).layout);
  for (const one of cubes) cube.merge(one);
  return cube;
};

async function artifact(cube: Cube): Promise<Compared> {
  const { table, statistics } = await artifactOfCube(cube);
  return { compiled: compileArtifact(table), statistics };
}

function guardsOf(before: Compared, after: Compared): string[] {
  return objectionsTo(diffArtifacts(before, after), config.guards).map(({ guard }) => guard);
}

const times =
  (factor: number, country?: string) =>
  (row: RawRow): RawRow =>
    country !== undefined && row.country_code !== country
      ? row
      : { ...row, voucher_amount: row.voucher_amount && String(Number(row.voucher_amount) * factor) };

const AMOUNT = 'largest_amount_change';
const MEAN = 'largest_mean_change';
const SPEND = 'largest_spend_change';

/** What goes wrong, in the whole history or in the rows of its last week alone, and the guards that say so. */
const FAULTS: [
  string,
  'all rows' | 'the new rows',
  (row: RawRow, index: number) => RawRow | null,
  string[],
][] = [
  ['amounts ten times as large', 'all rows', times(10), [AMOUNT, SPEND, MEAN]],
  ['amounts ten times as large', 'the new rows', times(10), [AMOUNT, SPEND, MEAN]],
  ['amounts without their decimal comma', 'all rows', times(100), [AMOUNT, SPEND, MEAN]],
  ['amounts without their decimal comma', 'the new rows', times(100), [AMOUNT, SPEND, MEAN]],
  ['amounts in hundreds', 'all rows', times(0.01), [AMOUNT, SPEND, MEAN]],
  ['amounts in hundreds', 'the new rows', times(0.01), [AMOUNT]],
  ['amounts of 0', 'all rows', times(0), [AMOUNT, SPEND, MEAN]],
  ['the amounts of Peru doubled', 'all rows', times(2, 'Peru'), [AMOUNT, SPEND, MEAN]],
  ['first orders lost', 'all rows', (row) => ({ ...row, first_order_ts: '' }), [AMOUNT]],
  ['total orders lost', 'all rows', (row) => ({ ...row, total_orders: '' }), [AMOUNT]],
  ['Latvia lost', 'all rows', (row) => (row.country_code === 'Latvia' ? null : row), ['most_countries_lost']],
  [
    'two of three rows lost',
    'all rows',
    (row, index) => (index % 3 > 0 ? null : row),
    ['smallest_share_of_rows'],
  ],
];

describe.skipIf(!there)(
  `the guards on the real history, week by week${there ? '' : ` (skipped: ${HISTORY} is not on this machine)`}`,
  { timeout: 120_000 },
  () => {
    const rows = there ? readRows() : [];
    const between = (from: string, to: string) =>
      rows.filter(({ timestamp }) => timestamp >= from && timestamp < to);
    const cubes = WEEKS.map((end, week) => cubeOf(between(WEEKS[week - 1] ?? '', end), config));

    it('let every week pass, though medians step so that some answers of each move by more than half', async () => {
      const steps: number[] = [];
      let before = await artifact(sum(cubes.slice(0, 1)));
      for (let week = 1; week < WEEKS.length; week++) {
        const after = await artifact(sum(cubes.slice(0, week + 1)));
        const { answer_changes } = diffArtifacts(before, after);
        const large = answer_changes.filter((change) => relativeChange(change) > 0.5);
        expect([WEEKS[week], guardsOf(before, after)]).toEqual([WEEKS[week], []]);
        steps.push(large.length);
        before = after;
      }
      expect(steps).toEqual([50, 26, 16, 28, 49, 14, 46]);
    });

    let first: Promise<Compared> | undefined;
    const healthy = () => {
      first ??= artifact(sum(cubes.slice(0, 1)));
      return first;
    };
    it.each(FAULTS)('refuse %s, in %s', async (_, where, fault, guards) => {
      const [start, end] = [WEEKS[0] as string, WEEKS[1] as string];
      const known = between('', end).flatMap((row, index) =>
        where === 'all rows' || row.timestamp >= start ? (fault(row, index) ?? []) : row,
      );
      const found = guardsOf(await healthy(), await artifact(cubeOf(known, config)));
      expect(found).toEqual(expect.arrayContaining(guards));
    });
  },
);
