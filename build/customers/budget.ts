import { type CompiledArtifact, countriesOf } from '../../src/core/decide/compile.ts';
import { DataError } from '../../src/core/errors.ts';
import { sumByUnit, type Unit, unitName } from '../../src/core/sum-money.ts';
import { foldCountry } from '../../src/core/values.ts';
import { money, printable } from '../cli/format.ts';
import { UsageError } from '../cli/options.ts';
import type { SpendLine } from './tally.ts';

/** What `--max-spend` says: `Peru=50000`, `EUR=20000`, or 50000 alone. */
export interface Budget {
  /** A country or a currency; null for one budget for all. */
  name: string | null;
  most: number;
}

/** A budget whose name is known: the currency, or the country as it is shown, that it is for. */
interface KnownBudget extends Budget {
  unit: Unit | null;
}

/** A budget, and what the customers would be given of it. */
export interface Held extends KnownBudget {
  spend: number;
}

/** @param texts the values of --max-spend @throws UsageError for what is no budget, and for two of one name */
export function parseBudgets(texts: readonly string[]): Budget[] {
  const budgets = texts.map((text) => {
    const at = text.lastIndexOf('=');
    const name = at === -1 ? null : text.slice(0, at).trim();
    const amount = text.slice(at + 1).trim();
    const most = amount === '' ? Number.NaN : Number(amount);
    if (most >= 0 && Number.isFinite(most) && name !== '') return { name, most };
    throw new UsageError(
      `expected --max-spend to be an amount such as 50000, Peru=50000 or EUR=50000, got ${JSON.stringify(text)}`,
    );
  });
  const seen = new Set<string>();
  for (const { name } of budgets) {
    if (name === null && budgets.length > 1) {
      throw new UsageError(
        `--max-spend: expected the name of a country or a currency in each of ${budgets.length} budgets, got one without: write --max-spend EUR=50000`,
      );
    }
    const fold = foldCountry(name ?? '');
    if (seen.has(fold)) throw new UsageError(`expected one budget for ${name}, got two (--max-spend)`);
    seen.add(fold);
  }
  return budgets;
}

/**
 * Finds out what budgets are for. A code of a currency of the config is the currency; anything else is a country, in
 * any spelling.
 *
 * @throws DataError for a name that is neither, and where a customer would have two budgets
 */
export function knownBudgets(compiled: CompiledArtifact, budgets: readonly Budget[]): KnownBudget[] {
  const countries = countriesOf(compiled);
  const currencies = new Set(compiled.currencies.filter((currency) => currency !== null));
  const known = budgets.map((budget): KnownBudget => {
    const { name } = budget;
    if (name === null) return { ...budget, unit: null };
    if (currencies.has(name)) return { ...budget, unit: { currency: name, country: null } };
    const country = countries[compiled.countries.get(foldCountry(name)) ?? -1];
    if (country !== undefined) return { ...budget, unit: { currency: null, country } };
    throw new DataError(
      `--max-spend ${printable(name)}: there is no such country or currency: ${listed('countries', countries)}; ${listed('currencies', [...currencies])}`,
    );
  });
  for (const { unit } of known) {
    if (unit?.country == null) continue;
    const currency = compiled.currencies[compiled.countries.get(foldCountry(unit.country)) ?? -1] ?? null;
    const other = known.find((budget) => currency !== null && budget.unit?.currency === currency);
    if (other === undefined) continue;
    throw new DataError(
      `--max-spend: ${printable(unit.country)} and its currency ${currency} both have a budget, so a customer would have two: leave out one of them`,
    );
  }
  return known;
}

const MOST_NAMES = 20;

function listed(what: string, names: readonly string[]): string {
  return names.length === 0 ? `the config names no ${what}` : `${what} are ${listedNames(names)}`;
}

function listedNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => printable(name));
  return shown.join(', ') + (names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : '');
}

/** Sums of binary fractions miss the decimal ones by their last digits. */
const NOISE = 1e-12;

/**
 * Compares what customers would be given with the budgets.
 *
 * @throws DataError past a budget, for one that no customer has, and for one without a name where there is more than
 *   one currency
 */
export function holdBudgets(budgets: readonly KnownBudget[], lines: readonly SpendLine[]): Held[] {
  const held = budgets.map((budget) => ({ ...budget, spend: spendOf(budget, lines) }));
  const past = held.filter(({ most, spend }) => spend > most * (1 + NOISE));
  if (past.length === 0) return held;
  const each = past.map((budget) => {
    const unit = budget.unit?.currency ?? currencyOf(budget, lines);
    const name = budget.name === null ? '--max-spend' : `--max-spend ${printable(budget.name)}`;
    return `expected a spend of at most ${money(budget.most, unit)} (${name}), got ${money(budget.spend, unit)}`;
  });
  throw new DataError(
    `${each.join('; ')}, so nothing is written: raise the budget, or score fewer customers`,
  );
}

function spendOf({ name, unit, most }: KnownBudget, lines: readonly SpendLine[]): number {
  const own = lines.filter((line) => isFor(unit, line));
  const sums = sumByUnit(own, ['spend']);
  const [only] = sums;
  if (only === undefined) {
    throw new DataError(
      `--max-spend ${printable(name ?? '')}: no customer that was decided for is of it: leave out this budget, or look at the countries of the file`,
    );
  }
  if (sums.length === 1) return only.spend;
  const names = sums.map(unitName);
  throw new DataError(
    `--max-spend ${most}: the customers are paid in more than one currency (${listedNames(names)}), whose amounts are not added up: ` +
      `give each its own, such as --max-spend ${printable(names[0] ?? '')}=${most}`,
  );
}

function isFor(unit: Unit | null, { country, currency }: SpendLine): boolean {
  if (unit === null) return true;
  return unit.currency === null ? country === unit.country : currency === unit.currency;
}

function currencyOf({ unit }: KnownBudget, lines: readonly SpendLine[]): string | null {
  return lines.find((line) => isFor(unit, line))?.currency ?? null;
}

/** @returns what was held, for people; and for whom there is no budget */
export function budgetText(held: readonly Held[], lines: readonly SpendLine[]): string {
  if (held.length === 0) return '';
  const each = held.map((budget) => {
    const country = budget.unit?.country ?? null;
    const name = country === null ? '' : `${printable(country)} `;
    return `${name}${money(budget.spend)} of ${money(budget.most, currencyOf(budget, lines))}`;
  });
  const without = lines.filter((line) => !held.some(({ unit }) => isFor(unit, line)));
  const names = sumByUnit(without, ['spend']).map(unitName);
  const none = names.length === 0 ? '' : `; no budget for ${listedNames(names)}`;
  return `\nBudget: ${each.join(', ')}${none}\n`;
}
