import { type MoneyConfig, moneyOf } from '../config/country-money.ts';
import type { Cube } from '../cube/cube.ts';
import { NEAREST_GIVEN_AMOUNT, smallestUnit } from '../money.ts';
import { shownNames } from '../shown.ts';
import { foldCountry } from '../values.ts';
import { foldCountries } from './estimate.ts';

/**
 * @returns what is odd about the money of a config beside a history: names that it has no row of, as a misspelled one is,
 *   countries that lack the currency which others have, and amounts that cannot be paid in their currency
 */
export function moneyWarnings(cube: Cube, config: MoneyConfig): string[] {
  const countries = foldCountries(cube);
  const money = moneyOf(config);
  const unknown = Object.keys(config.countries).filter((name) => !countries.has(foldCountry(name)));
  const names = [...countries.values()].map((country) => country.shown);
  const without = names.filter((name) => money(name).currency === null);
  const mixed = without.length > 0 && without.length < names.length;
  return [
    ...(unknown.length > 0
      ? [`countries in the config: the history has no row of ${shownNames(unknown)}`]
      : []),
    ...(mixed
      ? [
          `${shownNames(without)}: no currency in the config, where other countries have one, so each is added up alone`,
        ]
      : []),
    ...tooFine(names, money),
  ];
}

function tooFine(names: readonly string[], money: ReturnType<typeof moneyOf>): string[] {
  const found = names.flatMap((name) => {
    const { currency, rounding } = money(name);
    if (currency === null || rounding === NEAREST_GIVEN_AMOUNT || rounding >= smallestUnit(currency))
      return [];
    return [
      {
        name,
        key: `a round_to of ${rounding}, and the smallest unit of ${currency} is ${smallestUnit(currency)}`,
      },
    ];
  });
  return [...Map.groupBy(found, ({ key }) => key)].map(
    ([key, all]) =>
      `${shownNames(all.map(({ name }) => name))}: ${key}: amounts may be served that cannot be paid`,
  );
}
