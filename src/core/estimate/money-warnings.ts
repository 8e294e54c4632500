import { type MoneyConfig, moneyOf } from '../config/country-money.ts';
import type { Cube } from '../cube/cube.ts';
import { shown } from '../shown.ts';
import { foldCountry } from '../values.ts';
import { foldCountries } from './estimate.ts';

const MOST_COUNTRIES = 5;

/** @returns what is odd about the money of a config beside a history: names that it has no row of, as a misspelled one is, and countries that lack the currency which others have */
export function moneyWarnings(cube: Cube, config: MoneyConfig): string[] {
  const countries = foldCountries(cube);
  const money = moneyOf(config);
  const unknown = Object.keys(config.countries).filter((name) => !countries.has(foldCountry(name)));
  const names = [...countries.values()].map((country) => country.shown);
  const without = names.filter((name) => money(name).currency === null);
  const mixed = without.length > 0 && without.length < names.length;
  return [
    ...(unknown.length > 0 ? [`countries in the config: the history has no row of ${listed(unknown)}`] : []),
    ...(mixed
      ? [
          `${listed(without)}: no currency in the config, where other countries have one, so each is added up alone`,
        ]
      : []),
  ];
}

function listed(names: readonly string[]): string {
  const all = names.slice(0, MOST_COUNTRIES).map((name) => shown(name));
  return all.join(', ') + (names.length > MOST_COUNTRIES ? ` and ${names.length - MOST_COUNTRIES} more` : '');
}
