import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumByUnit, unitName } from '../../../src/core/sum-money.ts';

const lines = fc.array(
  fc.record({
    country: fc.constantFrom('Peru', 'Latvia', 'EUR', '__proto__', 'SLE'),
    currency: fc.constantFrom('EUR', 'PEN', 'SLE', null),
    spend: fc.nat(1000),
    customers: fc.nat(5),
  }),
);

describe('amounts are added up', () => {
  it('by currency, and of a country without one alone: the sums have all that the lines have', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const sums = sumByUnit(all, ['spend', 'customers']);
        for (const { currency, country, countries, spend, customers } of sums) {
          const own = all.filter((line) =>
            currency === null
              ? line.currency === null && line.country === country
              : line.currency === currency,
          );
          expect(spend).toBe(own.reduce((sum, line) => sum + line.spend, 0));
          expect(customers).toBe(own.reduce((sum, line) => sum + line.customers, 0));
          expect(countries).toBe(new Set(own.map((line) => line.country)).size);
          expect((currency === null) !== (country === null)).toBe(true);
        }
        const total = sums.reduce((sum, { spend }) => sum + spend, 0);
        expect(total).toBe(all.reduce((sum, { spend }) => sum + spend, 0));
        expect(sumByUnit(all.toReversed(), ['spend', 'customers'])).toEqual(sums);
      }),
    );
  });

  it('without what binary fractions add to a sum', () => {
    const all = [0.1, 0.2, 46302.63, 0.07].map((spend) => ({ country: 'Peru', currency: null, spend }));
    expect(sumByUnit(all.slice(0, 2), ['spend'])).toMatchObject([{ spend: 0.3 }]);
    expect(sumByUnit(all.slice(2), ['spend'])).toMatchObject([{ spend: 46302.7 }]);
    expect(sumByUnit([{ country: 'Peru', currency: null, spend: 1e-8 }], ['spend'])).toMatchObject([
      { spend: 1e-8 },
    ]);
  });

  it('into sums of currencies first, then those of countries without one', () => {
    const line = (country: string, currency: string | null) => ({ country, currency, spend: 1 });
    const all = [line('Peru', null), line('Latvia', 'EUR'), line('Chile', null), line('France', 'EUR')];
    expect(sumByUnit(all, ['spend']).map(unitName)).toEqual(['EUR', 'Chile', 'Peru']);
    expect(sumByUnit([], ['spend'])).toEqual([]);
  });
});
