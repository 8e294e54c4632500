import { describe, expect, it } from 'vitest';
import { type Evaluation, evaluate, type Result } from '../../../build/evaluation/evaluation.ts';
import { rollingFolds } from '../../../build/evaluation/folds.ts';
import { report } from '../../../build/evaluation/report.ts';
import { servedBy } from '../../../build/evaluation/strategies.ts';
import { cubeOf, rawRow, shippedConfig } from '../../support/histories.ts';

type Countries = Record<string, { currency: string }>;
const EURO: Countries = { Latvia: { currency: 'EUR' }, France: { currency: 'EUR' } };

/** June gave each country 10 and 30, July 10, 20 and 60, times a factor of its own. */
function evaluated(factors: Record<string, number>, countries: Countries): Evaluation {
  const config = shippedConfig({ countries });
  const rows = Object.entries(factors).flatMap(([country, factor]) =>
    [['2018-06-10', [10, 30]] as const, ['2018-07-10', [10, 20, 60]] as const].flatMap(([day, amounts]) =>
      amounts.map((amount) =>
        rawRow([day, country, '2018-05-01', '2018-01-01', '5', String(amount * factor)]),
      ),
    ),
  );
  const cube = cubeOf(rows, config);
  return evaluate(cube, config, rollingFolds(cube));
}

const first = ({ results }: Evaluation) => results[0] as Result;

describe('errors of two currencies', () => {
  it('are told each in its own money, and together as shares of what was given', () => {
    const { mae, rmse, spend, by_currency } = first(evaluated({ Latvia: 1, France: 1, Peru: 1000 }, EURO));
    expect(by_currency).toMatchObject([
      { currency: 'EUR', country: null, countries: 2, rows: 6, mae: 50 / 3, real_spend: 180 },
      { currency: null, country: 'Peru', countries: 1, rows: 3, real_spend: 90_000 },
    ]);
    expect(by_currency[1]?.mae).toBeCloseTo(50_000 / 3, 6);
    // July gave 30 on the average; each row would have been given 20.
    expect(mae).toBeCloseTo(50 / 3 / 30, 10);
    expect(rmse).toBeCloseTo(Math.sqrt((100 + 0 + 1600) / 3) / 30, 10);
    expect(spend).toBeCloseTo(2 / 3, 10);
  });

  it('weigh as much in any money: a country that counts in thousands changes no figure and no order', () => {
    const [small, large] = [1, 1000].map((factor) => evaluated({ Latvia: 1, Peru: factor }, {}));
    const figures = (evaluation: Evaluation | undefined) =>
      evaluation?.results.map(({ segment, statistic, mae, rmse, ratio }) => [
        segment,
        statistic,
        ...[mae, rmse, ratio.mae ?? 0].map((value) => value.toFixed(9)),
      ]);
    expect(figures(large)).toEqual(figures(small));
  });

  it('of one currency are the errors in money, divided by one number', () => {
    const factors = { Latvia: 1, France: 2 };
    const { mae, by_currency } = first(evaluated(factors, EURO));
    const [only] = by_currency;
    expect(by_currency).toHaveLength(1);
    expect(mae).toBeCloseTo((only?.mae ?? 0) / ((only?.real_spend ?? 0) / 6), 10);
  });

  it('count as they are where nothing was given', () => {
    const { mae, spend, by_currency } = first(evaluated({ Latvia: 0 }, {}));
    expect([mae, spend, by_currency[0]?.mae]).toEqual([0, 1, 0]);
  });

  it('are listed by currency for people', () => {
    const text = report(
      evaluated({ Latvia: 1, France: 1, Peru: 1000 }, EURO),
      servedBy(shippedConfig()),
      120,
    );
    expect(text).toMatch(/EUR +6 +16\.67 +[\d.]+ +[\d.]+ +180\.00\n/);
    expect(text).toMatch(/Peru +3 +16,666\.67 +[\d.,]+ +[\d.,]+ +90,000\.00\n/);
  });
});

it('people read what a column means only where the window has room for it', () => {
  const [narrow, wide] = [80, 200].map((columns) =>
    report(evaluated({ Peru: 1 }, {}), servedBy(shippedConfig()), columns),
  );
  expect(narrow).not.toContain('Answered');
  expect(wide).toMatch(/Answered {2}.*Answered:\s+customers/s);
});

it('people see the baseline with its median and mode and what the config serves, before the best', () => {
  const served = { ...servedBy(shippedConfig()), statistic: 'shrunk_mode' as const };
  const [, lines = ''] = report(evaluated({ Peru: 1 }, {}), served, 120).split('Segment');
  const shown = lines
    .split('\n')
    .slice(1, 5)
    .map((line) => line.trim().split(/ +/).slice(0, 2).join(' '));
  expect(shown).toEqual([
    'recency_segment mean',
    'recency_segment median',
    'recency_segment mode',
    `${served.segment} shrunk_mode`,
  ]);
});
