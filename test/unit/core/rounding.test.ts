import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/core/config/config.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { moneyWarnings } from '../../../src/core/estimate/money-warnings.ts';
import { STATISTICS } from '../../../src/core/segments/schema.ts';
import { foldCountry } from '../../../src/core/values.ts';
import { allAnswers } from '../../support/all-answers.ts';
import { artifactOf, cubeOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';

const steps = fc.constantFrom(0.01, 0.05, 0.5, 3, 50);
const statistics = fc.constantFrom(...STATISTICS);

describe('what is served is rounded', () => {
  it('to multiples: every answer is one, whatever the statistic and the country', async () => {
    await fc.assert(
      fc.asyncProperty(histories, steps, steps, statistics, async (rows, everywhere, inPeru, statistic) => {
        const config = shippedConfig({
          amount: { statistic, round_to: everywhere },
          default_amount: 12.34,
          countries: { PERU: { round_to: inPeru }, Chile: { default_amount: 3.333 } },
        });
        const compiled = compileArtifact((await artifactOf(rows, config)).table);
        for (const { country, decision } of allAnswers(compiled)) {
          const step = foldCountry(country ?? '') === 'peru' ? inPeru : everywhere;
          const { voucher_amount } = decision;
          const multiples = Math.round(voucher_amount / step);
          expect(Math.abs(voucher_amount - multiples * step)).toBeLessThan(1e-9 * Math.max(1, multiples));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('to given amounts: every answer of the history is an amount that its country was given', async () => {
    await fc.assert(
      fc.asyncProperty(histories, statistics, async (rows, statistic) => {
        const config = shippedConfig({
          amount: { statistic, round_to: 'nearest_given_amount' },
          fallback: ['country'],
          default_amount: 12.345,
        });
        const { table, statistics: known } = await artifactOf(rows, config);
        for (const { country, decision } of allAnswers(compileArtifact(table))) {
          const given = Object.keys(known.countries.get(country ?? '')?.overall.amounts ?? {}).map(Number);
          if (decision.source === 'default') expect(decision.voucher_amount).toBe(12.345);
          else expect(given).toContain(decision.voucher_amount);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('in the version: another rounding or currency is another one, and the same gives the same bytes', async () => {
    const rows = [rawRow(['2018-07-21', 'Peru', '2018-06-20', '', '15', '10.4'])];
    const versions = await Promise.all(
      [
        {},
        { Peru: { round_to: 1 } },
        { Peru: { round_to: 'nearest_given_amount' } },
        { Peru: { currency: 'PEN' } },
        { Peru: { currency: 'USD' } },
      ].map(async (countries) => {
        const [one, other] = await Promise.all(
          [1, 2].map(() => artifactOf(rows, shippedConfig({ countries }))),
        );
        expect(one?.texts).toEqual(other?.texts);
        return one?.version;
      }),
    );
    expect(new Set(versions).size).toBe(versions.length);
  });
});

describe('a build says of the money of its config', () => {
  const rows = ['Peru', 'PERU', 'Latvia'].map((country) =>
    rawRow(['2018-07-21', country, '2018-06-20', '', '15', '10']),
  );
  const said = (countries: object, amount = {}) => {
    const config = shippedConfig({ countries, amount: { statistic: 'mean', round_to: 0.01, ...amount } });
    return moneyWarnings(cubeOf(rows, config), config);
  };

  it('which countries the history has no row of, as one with a misspelled name', () => {
    const pru = { Pru: { round_to: 5 } };
    expect(said(pru)).toEqual(['countries in the config: the history has no row of "Pru"']);
    expect(said({ peru: { round_to: 5 } })).toEqual([]);
  });

  it('which countries lack the currency that others have', () => {
    const peru = { peru: { currency: 'PEN' } };
    expect(said(peru)).toEqual([
      '"Latvia": no currency in the config, where other countries have one, so each is added up alone',
    ]);
    expect(said(peru, { currency: 'EUR' })).toEqual([]);
    expect(said({})).toEqual([]);
  });
});

describe('a build says which amounts cannot be paid', () => {
  const rows = ['Japan', 'Latvia'].map((country) =>
    rawRow(['2018-07-21', country, '2018-06-20', '', '15', '10']),
  );
  it.each<[object, string[]]>([
    [
      { Japan: { currency: 'JPY' }, Latvia: { currency: 'EUR' } },
      [
        '"Japan": a round_to of 0.01, and the smallest unit of JPY is 1: amounts may be served that cannot be paid',
      ],
    ],
    [{ Japan: { currency: 'JPY', round_to: 10 }, Latvia: { currency: 'EUR', round_to: 0.05 } }, []],
    [{ Japan: { currency: 'JPY', round_to: 'nearest_given_amount' }, Latvia: { currency: 'KWD' } }, []],
  ])('%j', (countries, warnings) => {
    const config = shippedConfig({ countries });
    expect(moneyWarnings(cubeOf(rows, config), config)).toEqual(warnings);
  });
});

describe('a config whose money is not understood is refused', () => {
  const { amount, countries } = { amount: { statistic: 'mean', round_to: 0.01 }, countries: {} };
  const code = (got: string) => `expected the ISO 4217 code of a currency, such as "EUR", got ${got}`;
  it.each([
    [{ amount: { ...amount, currency: 'EURO' } }, 'amount.currency', code('"EURO"')],
    [{ amount: { ...amount, currency: 'XYZ' } }, 'amount.currency', code('"XYZ"')],
    [{ amount: { ...amount, currency: '' } }, 'amount.currency', code('""')],
    [{ countries: { Peru: { currency: 'pen' } } }, 'countries.Peru.currency', code('"pen": write "PEN"')],
    [{ countries: { Peru: { currency: '€' } } }, 'countries.Peru.currency', code('"€"')],
    [{ countries: { Peru: { currency: 5 } } }, 'countries.Peru.currency', 'expected a string, got 5'],
    [
      { countries: { Peru: { round_to: 0 } } },
      'countries.Peru.round_to',
      'expected at least 0.000001, got 0',
    ],
    [
      { countries: { Peru: { round_to: -1 } } },
      'countries.Peru.round_to',
      'expected at least 0.000001, got -1',
    ],
    [
      { countries: { Peru: { round_to: 'nearest' } } },
      'countries.Peru.round_to',
      'or "nearest_given_amount", got "nearest"',
    ],
    [{ countries: { Peru: { curency: 'PEN' } } }, 'countries.Peru.curency', 'expected no key of this name'],
    [{ countries: { Peru: {}, peru: {} } }, 'countries.peru', 'expected each country once'],
  ])('%j', (change, path, message) => {
    const parsed = parseConfig({ ...shippedConfig(), amount, countries, ...change });
    expect(parsed).toMatchObject({ ok: false, issues: [{ path }] });
    if (!parsed.ok) expect(parsed.issues[0]?.message).toContain(message);
  });
});
