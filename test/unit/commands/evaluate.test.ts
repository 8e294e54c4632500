import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateCommand } from '../../../build/commands/evaluate.ts';
import { type Evaluation, evaluate, type Result } from '../../../build/evaluation/evaluation.ts';
import { rollingFolds, splitFold } from '../../../build/evaluation/folds.ts';
import { scoreImputations } from '../../../build/evaluation/hidden.ts';
import { recommendation } from '../../../build/evaluation/recommend.ts';
import { type Config, parseConfig } from '../../../src/core/config/config.ts';
import { partOf, periodsOf } from '../../../src/core/cube/cube-parts.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { parseTime } from '../../../src/core/time.ts';
import { cubeOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';
import { recount } from '../../support/naive.ts';
import { runs } from '../../support/runs.ts';
import { ROOT, runCommand } from '../support/command.ts';
import { HEADER } from '../support/csv.ts';
import { temporaryFolder } from '../support/files.ts';

const config = shippedConfig();
const JULY = { at: parseTime('2018-07-01') ?? Number.NaN, period: 'month' } as const;

/** A row given thirty-one days after the last order. */
const row = (timestamp: string, amount: string, country = 'Peru', orders = '5'): RawRow => {
  const last = new Date((parseTime(timestamp) ?? 0) * 1000 - 31 * 86_400_000).toISOString().slice(0, 10);
  return rawRow([timestamp, country, last, '2018-01-01', orders, amount]);
};
const JUNE_ROWS = [10, 10, 20, 40].map((amount) => row('2018-06-10', String(amount)));
const TEST_ROWS = [10, 30].map((amount) => row('2018-07-10', String(amount)));

function evaluated(rows: readonly RawRow[], changed: Config = config): Evaluation {
  const cube = cubeOf(rows, changed);
  return evaluate(cube, changed, [splitFold(cube, JULY)]);
}

function result({ results }: Evaluation, segment: string, statistic: string, imputation = 'mean'): Result {
  const found = results.find(
    (one) => one.segment === segment && one.statistic === statistic && one.imputation === imputation,
  );
  if (found === undefined) throw new Error(`expected a result for ${segment} ${statistic} ${imputation}`);
  return found;
}

describe('an evaluation', () => {
  it('has the first system’s way first, and every ratio to it', () => {
    const evaluation = evaluated([...JUNE_ROWS, ...TEST_ROWS]);
    expect(evaluation.folds).toEqual([{ name: '2018-07', train_rows: 4, test_rows: 2 }]);
    // The mean of June is 20; July gave 10 and 30. The mode is 10.
    expect(evaluation.results[0]).toMatchObject({
      segment: 'recency_segment',
      statistic: 'mean',
      imputation: 'mean',
      rows: 2,
      mae: 0.5,
      rmse: 0.5,
      spend: 1,
      exact: 0,
      coverage: { segment: 1, country: 0, default: 0 },
      by_currency: [
        { currency: null, country: 'Peru', rows: 2, mae: 10, rmse: 10, expected_spend: 40, real_spend: 40 },
      ],
      ratio: { mae: 1, rmse: 1, exact: 0 },
    });
    expect(result(evaluation, 'recency_segment', 'mode')).toMatchObject({
      mae: 0.5,
      exact: 0.5,
      ratio: { exact: 1 },
    });
    expect(evaluation.results).toHaveLength(8 * 7 * 3);
  });

  it('has the errors that a plain walk over the rows has', () => {
    const days = fc.array(
      fc.tuple(
        fc.constantFrom('2018-06-10', '2018-07-10'),
        fc.constantFrom('10', '20', '45', ''),
        fc.constantFrom('Peru', 'Chile'),
        fc.constantFrom('3', '9', '20'),
      ),
      { minLength: 2, maxLength: 40 },
    );
    fc.assert(
      fc.property(days, (list) => {
        const rows = list.map(([day, amount, country, orders]) => row(day, amount, country, orders));
        const train = rows.filter(({ timestamp }) => timestamp < '2018-07');
        const tested = rows.filter(
          ({ timestamp, voucher_amount }) => timestamp >= '2018-07' && voucher_amount !== '',
        );
        if (train.length === 0 || tested.length === 0) return;
        const evaluation = evaluated(rows);
        for (const [segment, bandOf] of [
          ['recency_segment', () => '30-60'],
          ['volume_segment', ({ total_orders }: RawRow) => (total_orders === '3' ? '0-8' : '9-37')],
        ] as const) {
          const errors = tested.map((one) => {
            const cell = recount(train, config, one.country_code, { name: segment, band: bandOf(one) });
            const given =
              cell.mean ?? recount(train, config, one.country_code, null).mean ?? config.default_amount;
            return Math.abs(Math.round(given * 100) / 100 - Number(one.voucher_amount));
          });
          const found = result(evaluation, segment, 'mean');
          expect(found.rows).toBe(tested.length);
          expect(evaluation.folds.at(-1)?.test_rows).toBe(tested.length);
          const mean = (values: readonly number[]) =>
            values.reduce((sum, value) => sum + value, 0) / values.length;
          const amounts = (country: string) =>
            tested.filter((one) => one.country_code === country).map((one) => Number(one.voucher_amount));
          const shares = tested.map((one, at) => (errors[at] ?? 0) / mean(amounts(one.country_code)));
          expect(found.mae).toBeCloseTo(mean(shares), 3);
          for (const { country, mae } of found.by_currency) {
            const own = errors.filter((_, at) => tested[at]?.country_code === country);
            expect(mae).toBeCloseTo(mean(own), 1);
          }
        }
      }),
      { numRuns: runs(20) },
    );
  });

  it('lets no row of the test period reach training: a planted giveaway changes no answer', () => {
    const spend = (evaluation: Evaluation) =>
      evaluation.results.flatMap(({ by_currency }) => by_currency.map((sum) => sum.expected_spend));
    const honest = spend(evaluated([...JUNE_ROWS, ...TEST_ROWS]));
    const planted = TEST_ROWS.map((one) => ({ ...one, voucher_amount: '999999' }));
    const evaluation = evaluated([...JUNE_ROWS, ...planted]);
    expect(spend(evaluation)).toEqual(honest);
    expect(evaluation.results.every(({ exact }) => exact === 0)).toBe(true);
    // In training, where it does not belong, the same giveaway would be found.
    const leaked = evaluated([
      ...JUNE_ROWS,
      ...planted,
      ...planted.map((one) => ({ ...one, timestamp: '2018-06-30', last_order_ts: '2018-05-30' })),
    ]);
    expect(spend(leaked)).not.toEqual(honest);
  });

  it('parts any history by its periods without a row in both, and rolls over them in order', () => {
    fc.assert(
      fc.property(histories, (rows) => {
        const cube = cubeOf(rows);
        const periods = periodsOf(cube);
        if (periods.length < 2) return;
        const folds = rollingFolds(cube);
        expect(folds).toHaveLength(periods.length - 1);
        folds.forEach(({ train, test }, index) => {
          expect(periodsOf(train)).toEqual(periods.slice(0, index + 1));
          expect(periodsOf(test)).toEqual([periods[index + 1]]);
        });
        const whole = partOf(cube, () => true);
        expect(new Map([...whole.countries].map(([name, { groups }]) => [name, groups]))).toEqual(
          new Map(
            [...cube.countries]
              .filter(([, { groups }]) => groups.size > 0)
              .map(([name, { groups }]) => [name, groups]),
          ),
        );
      }),
    );
  });

  it('answers a country that only the test knows from the default', () => {
    const evaluation = evaluated([...JUNE_ROWS, row('2018-07-10', '50', 'Chile')]);
    for (const { coverage, mae } of evaluation.results) {
      expect(coverage).toEqual({ segment: 0, country: 0, default: 1 });
      expect(mae).toBe(1);
    }
  });

  it('counts a customer in no band with the amount of the country, whatever the config falls back to', () => {
    // Ordered 5 days before: recency begins at 30.
    const recent = { ...row('2018-07-10', '30'), last_order_ts: '2018-07-05' };
    for (const fallback of [[], ['country']]) {
      const evaluation = evaluated([...JUNE_ROWS, recent], shippedConfig({ fallback }));
      const { coverage, spend } = result(evaluation, 'recency_segment', 'mean');
      expect(coverage).toEqual({ segment: 0, country: 1, default: 0 });
      expect(spend).toBeCloseTo(20 / 30, 9);
    }
  });

  it('takes a segment of one cell as it is', () => {
    const parsed = parseConfig({
      segments: { only: { of: 'total_orders', bands: [{ name: 'all', min: 0 }] } },
      combined: { joint: { combine: ['only'] } },
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const evaluation = evaluated([...JUNE_ROWS, ...TEST_ROWS], parsed.value);
    expect(evaluation.results[0]).toMatchObject({ segment: 'only', statistic: 'mean', mae: 0.5 });
    expect(result(evaluation, 'joint', 'shrunk_mean')).toMatchObject({ mae: 0.5, coverage: { country: 1 } });
  });

  it('takes a segment and a combined one for what they are, whatever they are called', () => {
    const { recency_segment: segment, volume_segment: other } = config.segments;
    const combined = config.combined.combined_segment;
    if (!segment || !other || !combined) throw new Error('expected them in the config');
    const joint = { ...combined, combine: ['recency_segment'], min_support: 1, aliases: [] };
    const one = { combined: { one: joint }, segments: { recency_segment: segment, constructor: other } };
    const two = { combined: { constructor: joint }, segments: { recency_segment: segment, one: other } };
    for (const { segments, combined } of [one, two]) {
      const changed = shippedConfig({ segments, combined });
      const evaluation = evaluated([...JUNE_ROWS, ...TEST_ROWS], changed);
      for (const name of ['constructor', 'one']) {
        expect(result(evaluation, name, 'mean')).toMatchObject({ mae: 0.5, coverage: { segment: 1 } });
        const best = { ...evaluation, results: [result(evaluation, name, 'mode')] };
        const recommended = recommendation(best, changed);
        const kind = Object.hasOwn(segments, name) ? 'segments' : 'combined';
        expect(recommended).toEqual({
          ...changed,
          $comment: expect.stringContaining(`default_segment is ${name}`),
          default_segment: name,
          imputation: 'mean',
          [kind]: { ...changed[kind], [name]: { ...changed[kind][name], statistic: 'mode' } },
        });
      }
    }
  });

  it('hides one known amount in five to score what fills in', () => {
    const rows = [
      ...Array(50).fill(row('2018-06-10', '10')),
      ...Array(50).fill(row('2018-06-10', '50', 'Peru', '40')),
    ];
    const [mean, knn] = scoreImputations(cubeOf(rows), config, ['mean', 'knn']);
    const shares = { mae: expect.closeTo(20 / 30, 9), rmse: expect.closeTo(20 / 30, 9) };
    expect(mean).toEqual({ imputation: 'mean', hidden: 20, ...shares });
    // Forty rows of its own cell are left to each, and the other cell has to lend the rest.
    expect(knn).toMatchObject({ hidden: 20, mae: shares.mae });
    const more = [...rows, ...rows];
    expect(scoreImputations(cubeOf(more), config, ['knn'])).toEqual([
      { imputation: 'knn', hidden: 40, mae: 0, rmse: 0 },
    ]);
  });
});

describe('npm run evaluate', () => {
  const folder = temporaryFolder();
  const csv = (name: string, rows: readonly RawRow[]) =>
    folder.write(name, `${HEADER}\n${rows.map((one) => Object.values(one).join()).join('\n')}\n`);
  const two = csv('two.csv', [...JUNE_ROWS, ...TEST_ROWS]);
  const one = csv('one.csv', JUNE_ROWS);
  const none = csv(
    'none.csv',
    [...JUNE_ROWS, ...TEST_ROWS].map((each) => ({ ...each, voucher_amount: '' })),
  );
  const computed = csv('computed.csv', [
    ...Array.from({ length: 10_000 }, (_, index) => row('2018-06-10', String(index / 7))),
    ...TEST_ROWS,
  ]);

  it.each([
    ['one period only', one, [], /two periods or more.*all rows in 2018-06.*--period/],
    [
      'a split before the data',
      two,
      ['--split-at', '2018-06-01'],
      /rows before it.*2018-06-01.*2018-06 to 2018-07/,
    ],
    ['a split after the data', two, ['--split-at', '2019-01-01'], /rows before it.*2019-01-01/],
    [
      'a split inside a period',
      two,
      ['--split-at', '2018-06-20', '--period', 'month'],
      /2018-06-01 or 2018-07-01, got 2018-06-20/,
    ],
    ['all amounts missing', none, [], /all amounts are missing/],
    ['10,000 amounts', computed, [], /Peru: expected at most 1000.*got 10000.*`amount.round_to`/],
  ])('says what is wrong with %s', async (_, input, args, message) => {
    const { code, err, out } = await runCommand(evaluateCommand, ['--input', input, ...args]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
  });

  it.each([
    [['--period', 'hour'], /--period: expected one of month, week, day, got "hour"/],
    [['--split-at', 'July'], /a date such as 2018-07-01, got "July"/],
    [['--split-at', '2026-02-30'], /a date such as 2018-07-01, got "2026-02-30"/],
    [['--split-at', '2018-07-01 12:00'], /the start of a day/],
  ])('refuses %j as wrong usage', async (args, message) => {
    const { code, err } = await runCommand(evaluateCommand, ['--input', two, ...args]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it.each([
    ['an input', ['--input', two], two],
    ['a file of an input', ['--input', folder.path], two],
    ['an input of the config', [], two],
    ['the config', ['--input', two], 'config.json'],
  ])('writes no recommendation over %s', async (_, args, name) => {
    const shipped = { ...JSON.parse(readFileSync(join(ROOT, 'config/voucher.json'), 'utf8')), inputs: [two] };
    const configPath = folder.write('config.json', JSON.stringify(shipped));
    const path = name === two ? two : configPath;
    const before = readFileSync(path, 'utf8');
    const { code, err, out } = await runCommand(evaluateCommand, [
      ...[...args, '--config', configPath],
      ...['--recommend', path],
    ]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`expected to read ${path}, not to write over it`);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('says that a recommendation cannot be written before it reads the history', async () => {
    const broken = folder.write('broken.csv', 'this,that\n');
    const { code, err } = await runCommand(evaluateCommand, ['--input', broken, '--recommend', folder.path]);
    expect([code, err]).toEqual([1, expect.stringContaining('it cannot be written: it is a folder')]);
  });

  it('splits inside a month by counting in finer periods', async () => {
    const rows = [...JUNE_ROWS, row('2018-06-21', '10')];
    const { out } = await runCommand(evaluateCommand, [
      '--input',
      csv('june.csv', rows),
      '--split-at',
      '2018-06-20',
      '--json',
    ]);
    expect(JSON.parse(out).folds).toEqual([{ name: '2018-06-20', train_rows: 4, test_rows: 1 }]);
  });

  it('writes the winner as a whole config that the build takes, with the reason', async () => {
    const path = join(folder.path, 'winner.json');
    const { code, out, err } = await runCommand(evaluateCommand, ['--input', two, '--recommend', path]);
    expect(code).toBe(0);
    expect(out).toMatch(/recency_segment +mean +50\.0% +1\.0000/);
    expect(err).toMatch(/Wrote .*winner\.json/);
    const written = parseConfig(JSON.parse(readFileSync(path, 'utf8')));
    expect(written).toMatchObject({
      ok: true,
      value: {
        inputs: config.inputs,
        $comment: expect.stringMatching(/^default_segment is \w+: of 168 settings/),
        default_segment: expect.stringMatching(/_segment$/),
      },
    });
  });
});

describe('its examples', () => {
  const folder = temporaryFolder();
  const guide = readFileSync(join(ROOT, 'build/evaluation/README.md'), 'utf8');
  const shown = Array.from(guide.matchAll(/^npm run evaluate -- (.*?) *#/gm), ([, args = '']) => args);
  const all = [...shown, ...(evaluateCommand.examples ?? []).map(({ args }) => args)];
  const lines = new Set(all.map((args) => args.replace(/--input \S+ */, '')));

  it('are in the guide too', () => expect(shown.length).toBeGreaterThan(2));

  // An eighth of it, over all of its months, is answered in an eighth of the time.
  const sample = readFileSync(join(ROOT, 'build/sample/history.csv'), 'utf8').split('\n');
  const eighth = folder.write('sample.csv', sample.filter((_, at) => at % 8 === 0).join('\n'));

  it.each([...lines])('work with the sample: %s', async (line) => {
    const args = line.replace('winner.json', join(folder.path, 'winner.json')).split(' ');
    args.unshift('--input', eighth);
    const { code, err } = await runCommand(evaluateCommand, args);
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining('error') });
  });
});

const DATA = '../shared/data/voucher-history.csv.gz';
const there = existsSync(DATA);

describe.skipIf(!there)(
  `the real history${there ? '' : ` (skipped: ${DATA} is not on this machine)`}`,
  () => {
    it('of July is answered better from June than by the first system, in each of the three figures', {
      timeout: 60_000,
    }, async () => {
      const { out } = await runCommand(evaluateCommand, [
        '--input',
        DATA,
        '--split-at',
        '2018-07-01',
        '--json',
      ]);
      const evaluation: Evaluation & { recommended: Config } = JSON.parse(out);
      expect(evaluation.recommended, 'what is shipped wins').toEqual({
        ...config,
        $comment: expect.stringContaining('detailed_segment'),
      });
      expect(evaluation.folds).toEqual([{ name: '2018-07', train_rows: 79_196, test_rows: 102_520 }]);
      expect(evaluation.results[0]?.mae).toBeCloseTo(0.4913, 4);
      expect(evaluation.results[0]?.rmse).toBeCloseTo(0.5937, 4);
      expect(
        evaluation.results[0]?.by_currency.map(({ country, mae }) => [country, Math.round(mae)]),
      ).toEqual([
        ['Australia', 2655],
        ['China', 2418],
        ['Latvia', 3874],
        ['Peru', 640],
      ]);
      expect(result(evaluation, 'detailed_segment', 'shrunk_median').ratio.mae).toBeLessThanOrEqual(0.945);
      expect(result(evaluation, 'detailed_segment', 'shrunk_mean').ratio.rmse).toBeLessThanOrEqual(0.99);
      expect(result(evaluation, 'combined_segment', 'mode').ratio.exact).toBeGreaterThanOrEqual(1.05);
    });
  },
);
