import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import type { Statistic } from '../../../src/core/estimate/schema.ts';
import { LONGEST_TREND, trendPeriods } from '../../../src/core/estimate/trend.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { PERIODS, type Period } from '../../../src/core/period.ts';
import { storeOf } from '../../support/artifacts.ts';
import { artifactOf, cubeOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';
import { recount } from '../../support/naive.ts';
import { service } from '../../support/service.ts';

const { frequency_segment, recency_segment, tenure_segment } = shippedConfig().segments;
const segments = { frequency_segment, recency_segment, tenure_segment };

interface Cell {
  country: string;
  segment: { name: string; band: string } | null;
  statistic: Statistic;
}

function cellsOf({ statistics: { countries } }: Artifact): Cell[] {
  return [...countries].flatMap(([country, { overall, segments }]): Cell[] => [
    { country, segment: null, statistic: overall },
    ...Object.entries(segments).flatMap(([name, bands]) =>
      Object.entries(bands).map(([band, statistic]) => ({ country, segment: { name, band }, statistic })),
    ),
  ]);
}

/** The name of the period of a second, by the calendar alone. */
function nameOf(period: Period, second: number): string {
  const date = new Date(second * 1000);
  if (period === 'week') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, period === 'month' ? 7 : 10);
}

/** The same rows with their assignments in one year: its months all fit. */
function inOneYear(rows: readonly RawRow[]): RawRow[] {
  return rows.map((row) => ({
    ...row,
    timestamp: row.timestamp.replace(/^ ?\d{4}/, '2018'),
    last_order_ts: row.last_order_ts.replace(/^ ?\d{4}/, '2017'),
  }));
}

describe('the trend of a cell', () => {
  it.each(PERIODS)('by %s is what a naive recount of its rows says', async (period) => {
    const config = shippedConfig({ period, segments });
    await fc.assert(
      fc.asyncProperty(histories, async (rows) => {
        const artifact = await artifactOf(rows, config);
        const periods = artifact.statistics.trend?.periods ?? [];
        expect(artifact.statistics.trend?.period ?? period).toBe(period);
        expect(periods).toEqual(periods.toSorted());
        for (const { country, segment, statistic } of cellsOf(artifact)) {
          periods.forEach((name, place) => {
            const isIn = (second: number) => nameOf(period, second) === name;
            const { count, mean } = recount(rows, config, country, segment, isIn);
            expect(statistic.trend?.rows[place]).toBe(count);
            if (mean === null) expect(statistic.trend?.mean[place]).toBeNull();
            else expect(statistic.trend?.mean[place]).toBeCloseTo(mean, 9);
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has all rows of the cell where all periods fit, whatever fills the missing amounts', async () => {
    const imputations = fc.constantFrom('mean', 'knn', 'exclude');
    await fc.assert(
      fc.asyncProperty(histories.map(inOneYear), imputations, async (rows, imputation) => {
        const artifact = await artifactOf(rows, shippedConfig({ segments, imputation }));
        for (const { statistic } of cellsOf(artifact)) {
          const { rows = [], mean = [] } = statistic.trend ?? {};
          expect(rows.reduce((sum, n) => sum + n, 0)).toBe(statistic.count);
          expect([rows.length, mean.length]).toEqual(
            Array(2).fill(artifact.statistics.trend?.periods.length),
          );
          // A cell of one period is the cell: to the bit.
          if (rows.filter((n) => n > 0).length === 1) {
            expect(mean[rows.findIndex((n) => n > 0)]).toBe(statistic.mean);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (rows) => {
        const [forth, back] = [await artifactOf(rows), await artifactOf(rows.toReversed())];
        expect(back.version).toBe(forth.version);
      }),
      { numRuns: 20 },
    );
  });

  const monthly = (months: number) =>
    Array.from({ length: months }, (_, month) => {
      const date = new Date(Date.UTC(2017, month, 3)).toISOString().slice(0, 10);
      return rawRow([date, 'Peru', '2016-12-20', '', '15', String(10 + month)]);
    });

  it('has the last twelve periods that have rows', async () => {
    const rows = monthly(15).filter(({ timestamp }) => !timestamp.startsWith('2018-02'));
    const { trend, countries } = (await artifactOf(rows)).statistics;
    expect(trend?.periods).toHaveLength(LONGEST_TREND);
    expect([trend?.periods[0], trend?.periods.at(-1)]).toEqual(['2017-03', '2018-03']);
    expect(trend?.periods).not.toContain('2018-02');
    expect(countries.get('Peru')?.overall.trend?.mean.at(-1)).toBe(24);
  });

  it('is shorter where there are many cells, and gone where there are very many', () => {
    const cube = cubeOf(monthly(15), shippedConfig({ segments }));
    const cells = 1 + Object.values(segments).reduce((sum, segment) => sum + (segment?.bands.length ?? 0), 0);
    expect(trendPeriods(cube, 1)).toHaveLength(LONGEST_TREND);
    const many = trendPeriods(cube, 300);
    expect(many).toEqual(trendPeriods(cube, 1).slice(-many.length));
    expect(many.length * cells * 300).toBeLessThanOrEqual(24_000);
    expect((many.length + 1) * cells * 300).toBeGreaterThan(24_000);
    expect(trendPeriods(cube, 2000)).toEqual([]);
  });

  it('is missing without rows', async () => {
    expect((await artifactOf([])).texts.statistics).not.toContain('trend');
  });
});

describe('GET /artifact/segments', () => {
  const rows = [
    rawRow(['2018-06-21', 'Peru', '2018-06-01', '', '15', '20']),
    rawRow(['2018-07-21', 'Peru', '2018-06-20', '', '15', '30']),
    rawRow(['2018-07-22', 'Peru', '2018-06-20', '', '3', '']),
  ];
  const ask = async (artifact: Artifact, query: string) => {
    const { send } = await service(storeOf(artifact));
    const response = await send('GET', `/artifact/segments${query}`);
    return { status: response.status, text: await response.text() };
  };
  it('has trends for who asks for them alone', async () => {
    const artifact = await artifactOf(rows);
    for (const query of ['', '?segment=frequency_segment', '?trend=false']) {
      expect((await ask(artifact, query)).text).not.toContain('"trend"');
    }
    const table = JSON.parse((await ask(artifact, '?segment=frequency_segment&trend=true')).text);
    expect(table.trend).toEqual({ period: 'month', periods: ['2018-06', '2018-07'] });
    expect(table.countries.Peru.overall.trend).toEqual({ rows: [1, 2], mean: [20, 27.5] });
    expect(table.countries.Peru.segments.frequency_segment['0-4'].trend).toEqual({
      rows: [0, 1],
      mean: [null, 25],
    });
    expect(table.countries.Peru.segments.frequency_segment['38+']).not.toHaveProperty('trend');
    expect(JSON.parse((await ask(artifact, '?trend=true')).text).segments).toHaveProperty('recency_segment');
  });

  it('has null for the periods of an artifact that has too many cells for trends', async () => {
    const { trend: _, ...statistics } = (await artifactOf(rows)).statistics;
    const artifact = { ...(await artifactOf(rows)), statistics };
    const { text } = await ask(artifact, '?segment=frequency_segment&trend=true');
    expect(JSON.parse(text).trend).toBeNull();
  });
});
