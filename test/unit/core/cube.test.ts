import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cube, cubeLayout, MOST_CELLS, qualityOf } from '../../../src/core/cube/cube.ts';
import { estimate, foldCountries } from '../../../src/core/estimate/estimate.ts';
import { DROP_REASONS, type RawRow } from '../../../src/core/history/clean.ts';
import { FEATURE_NAMES, UNKNOWN } from '../../../src/core/segments/features.ts';
import { compileBands } from '../../../src/core/segments/segments.ts';
import { MISSING_AMOUNT } from '../../../src/core/values.ts';
import { artifactOfCube, cubeOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';
import { recount } from '../../support/naive.ts';

const config = shippedConfig();

async function textOf(cube: Cube): Promise<string> {
  const { texts } = await artifactOfCube(cube);
  return texts.table + texts.statistics;
}

describe('a cube', () => {
  it('of two parts, merged, is the cube of the whole, for any split and to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(60), async (rows, at) => {
        const merged = cubeOf(rows.slice(at));
        merged.merge(cubeOf(rows.slice(0, at)));
        expect(await textOf(merged)).toBe(await textOf(cubeOf(rows)));
      }),
    );
  });

  it('does not depend on the order of the rows, to the byte', async () => {
    const shuffled = histories.chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([rows, others]) => {
        expect(await textOf(cubeOf(others))).toBe(await textOf(cubeOf(rows)));
      }),
    );
  });

  it('accounts for every row: read is kept and the sum of all dropped', () => {
    fc.assert(
      fc.property(histories, (rows) => {
        const quality = qualityOf(cubeOf(rows).countries.values());
        expect(quality.rows_read).toBe(rows.length);
        expect(quality.rows_kept).toBe(
          rows.length - DROP_REASONS.reduce((sum, reason) => sum + quality.dropped[reason], 0),
        );
      }),
    );
  });

  it('finds again the period and the bands that a group was made of', () => {
    const cube = cubeOf([rawRow(['1969-12-31', 'Peru', '1969-10-01', '', '15', '1'])]);
    const [group = Number.NaN] = cube.countries.get('Peru')?.groups.keys() ?? [];
    expect(cube.periodOf(group)).toBe(-1);
    expect(cube.bandsOf(group)).toEqual([2, 2, -1, -1, 10, 1]);
  });

  it.each(FEATURE_NAMES)(
    'counts %s in the bands that hold it, and nothing above the last one into it',
    (of) => {
      const bands = [
        { name: 'low', min: 1, max: 3 },
        { name: 'high', min: 5, max: 6 },
      ];
      const locate = compileBands(bands);
      const [address] = cubeLayout(shippedConfig({ segments: { s: { of, bands } } })).addresses;
      for (const value of [UNKNOWN, 0, 1, 2, 3, 4, 5, 6, 7, 1e9]) {
        expect([value, address?.addressOf(value)]).toEqual([value, locate(value) + 1]);
      }
    },
  );

  it('takes rows that an engine has summed up for the same as single rows', async () => {
    const rows = [10, 10, 20].map((amount) =>
      rawRow(['2018-07-21', 'Peru', '2018-06-20', '', '15', String(amount)]),
    );
    const summed = new Cube(cubeLayout(config));
    const july2018 = 48 * 12 + 6;
    const [group = 0] = cubeOf(rows).countries.get('Peru')?.groups.keys() ?? [];
    expect([summed.periodOf(group), summed.bandsOf(group)]).toEqual([july2018, [2, 0, -1, -1, 10, 1]]);
    summed.addCells('Peru', [group, 10, 2, group, 20, 1]);
    summed.span(1_532_131_200, 1_532_131_200);
    expect(await textOf(summed)).toBe(await textOf(cubeOf(rows)));
  });

  it('counts an amount once that programs write with and without what binary fractions add to it', () => {
    const amounts = [
      '0.3',
      '0.30000000000000004',
      '59.4',
      '59.400000000000006',
      '1234567890.12',
      '1.7976931348623157e308',
      '',
    ];
    const cube = cubeOf(
      amounts.map((amount) => rawRow(['2026-07-01', 'Peru', '2026-05-01', '', '15', amount])),
    );
    const groups = [...(cube.countries.get('Peru')?.groups.values() ?? [])];
    expect(groups.map((group) => [...group])).toEqual([
      [
        [0.3, 2],
        [59.4, 2],
        [1234567890.12, 1],
        [Number.MAX_VALUE, 1],
        [MISSING_AMOUNT, 1],
      ],
    ]);
  });

  it('refuses to grow without bound, and says what to look at', () => {
    const cube = new Cube(cubeLayout(config));
    const grow = () => {
      for (let amount = 0; amount <= MOST_CELLS; amount++) cube.addCells('Peru', [0, amount, 1]);
    };
    expect(grow).toThrow(/at most 500000 distinct combinations.*voucher_amount or country_code.*columns/s);
  });
});

describe('estimates', () => {
  it('equal a naive recount of the rows, in every cell', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom('mean', 'exclude'), (rows, imputation) => {
        const own = shippedConfig({ imputation });
        const estimated = estimate(cubeOf(rows, own), own);
        for (const [country, { overall, segments }] of estimated) {
          expectSame(overall, recount(rows, own, country, null));
          for (const [name, { bands }] of Object.entries(own.segments)) {
            for (const { name: band } of bands) {
              const naive = recount(rows, own, country, { name, band });
              const cell = segments[name]?.[band];
              if (cell) expectSame(cell, naive);
              else expect(naive.count).toBe(0);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('show a country as the history most often writes it, a tie by code point', () => {
    const spelled = (...countries: string[]): RawRow[] =>
      countries.map((country) => rawRow(['2018-07-21', country, '2018-06-20', '', '1', '1']));
    const shown = (rows: RawRow[]) =>
      [...foldCountries(cubeOf(rows)).values()].map((country) => country.shown);
    expect(shown(spelled('peru', 'PERU', 'peru'))).toEqual(['peru']);
    expect(shown(spelled('peru', 'PERU', 'Peru'))).toEqual(['PERU']);
    const dropped = spelled('PERU', 'PERU').map((row) => ({ ...row, timestamp: '' }));
    expect(shown([...dropped, ...spelled('peru')])).toEqual(['peru']);
    expect(shown(dropped)).toEqual([]);
  });

  it('keep a country without any observed amount, and out of every statistic', () => {
    const rows = [rawRow(['2018-07-21', 'Peru', '2018-06-20', '', '1', ''])];
    const none = {
      count: 1,
      observed: 0,
      mean: null,
      median: null,
      mode: null,
      q1: null,
      q3: null,
      standard_error: null,
      shrunk_mean: null,
      shrunk_median: null,
      shrunk_mode: null,
      amounts: {},
    };
    expect(estimate(cubeOf(rows), config).get('Peru')).toEqual({
      overall: none,
      segments: {
        frequency_segment: { '0-4': none },
        recency_segment: { '30-60': none },
        tenure_segment: {},
        tenure_stage_segment: {},
        total_orders_segment: { '1': none },
        volume_segment: { '0-8': none },
        combined_segment: {},
        detailed_segment: {},
      },
    });
  });

  it('have a finite mean where the sum of the amounts is not', () => {
    const rows = ['1e308', '1.7e308'].map((amount) =>
      rawRow(['2018-07-21', 'Peru', '2018-06-20', '', '1', amount]),
    );
    expect(estimate(cubeOf(rows), config).get('Peru')?.overall.mean).toBeCloseTo(1.35e308, -300);
  });
});

function expectSame(statistic: object, naive: { mean: number | null }): void {
  const { mean, ...exact } = naive;
  expect(statistic).toMatchObject(exact);
  const got = (statistic as { mean: number | null }).mean;
  if (mean === null || got === null) expect(got).toBe(mean);
  else expect(Math.abs(got - mean)).toBeLessThanOrEqual(1e-12 * Math.max(1, mean));
}
