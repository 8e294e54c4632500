import { compareCodePoints } from './values.ts';

/** Whose money a sum is: that of a currency, or of a country for which the config names none. The other one is null. */
export interface Unit {
  /** ISO 4217. */
  currency: string | null;
  country: string | null;
}

/** Amounts of one country. */
export type MoneyLine<Key extends string> = {
  country: string;
  /** Null where the config names none. */
  currency: string | null;
} & Readonly<Record<Key, number>>;

/** Sums of one unit, and of how many countries they are. */
export type MoneySum<Key extends string> = Unit & { countries: number } & Record<Key, number>;

/** @returns whose money the amounts of a country are */
export function unitOf(country: string, currency: string | null): Unit {
  return currency === null ? { currency, country } : { currency, country: null };
}

/** @returns what tells a unit from every other one */
export function unitKey({ currency, country }: Unit): string {
  return JSON.stringify([currency, country]);
}

/** @returns a name for people: a currency, or a country */
export function unitName({ currency, country }: Unit): string {
  return currency ?? country ?? '';
}

/**
 * Adds amounts up, never across two currencies: there is a sum for each currency, and one for each country that has
 * none. This is the one place where amounts of several countries are added.
 *
 * @param keys what is added, such as `spend`; counts may be among them
 * @returns the sums, those of currencies by their codes before those of countries by their names
 * @example
 * sumByUnit([{ country: 'Peru', currency: 'PEN', spend: 5 }, { country: 'Chile', currency: null, spend: 7 }], ['spend'])
 * // [{ currency: 'PEN', country: null, countries: 1, spend: 5 }, { currency: null, country: 'Chile', countries: 1, spend: 7 }]
 */
export function sumByUnit<Key extends string>(
  lines: Iterable<MoneyLine<Key>>,
  keys: readonly Key[],
): MoneySum<Key>[] {
  const sums = new Map<string, { unit: Unit; countries: Set<string>; values: Map<Key, number> }>();
  for (const line of lines) {
    const unit = unitOf(line.country, line.currency);
    const key = unitKey(unit);
    const sum = sums.get(key) ?? { unit, countries: new Set(), values: new Map() };
    sums.set(key, sum);
    sum.countries.add(line.country);
    for (const name of keys) sum.values.set(name, (sum.values.get(name) ?? 0) + (line[name] as number));
  }
  return [...sums.values()]
    .sort(({ unit: a }, { unit: b }) => compareUnits(a, b))
    .map(
      ({ unit, countries, values }) =>
        ({
          ...unit,
          countries: countries.size,
          ...Object.fromEntries([...values].map(([name, sum]) => [name, tidySum(sum)])),
        }) as MoneySum<Key>,
    );
}

/** @returns a sum without what binary fractions add to it: 46302.63, and not 46302.630000000005 */
export function tidySum(sum: number): number {
  return Number(sum.toPrecision(13));
}

function compareUnits(a: Unit, b: Unit): number {
  if ((a.currency === null) !== (b.currency === null)) return a.currency === null ? 1 : -1;
  return compareCodePoints(unitName(a), unitName(b));
}
