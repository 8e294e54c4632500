import type { Rounding } from '../money.ts';
import { foldCountry } from '../values.ts';
import type { DecidingConfig } from './deciding.ts';

/** The part of a config that says how money is served. */
export type MoneyConfig = Pick<DecidingConfig, 'default_amount' | 'countries'> & {
  amount: Pick<DecidingConfig['amount'], 'round_to' | 'currency'>;
};

interface CountryMoney {
  /** ISO 4217; null where the config names none. */
  currency: string | null;
  rounding: Rounding;
  /** As the config has it, before it is rounded. */
  defaultAmount: number;
}

/**
 * @returns a function that looks up the money of a country, in any spelling; of one that the config does not name, and
 *   of null for all others, what is said for all
 */
export function moneyOf({
  amount,
  default_amount,
  countries,
}: MoneyConfig): (country: string | null) => CountryMoney {
  const named = new Map(Object.entries(countries).map(([name, own]) => [foldCountry(name), own]));
  return (country) => {
    const own = country === null ? undefined : named.get(foldCountry(country));
    return {
      currency: own?.currency ?? amount.currency ?? null,
      rounding: own?.round_to ?? amount.round_to,
      defaultAmount: own?.default_amount ?? default_amount,
    };
  };
}
