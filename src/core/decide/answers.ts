import type { CountryStatistics } from '../estimate/estimate.ts';
import { type Statistic, servedAmount } from '../estimate/statistics.ts';
import {
  ANY_BAND,
  combinationKey,
  combinationsToAsk,
  JOINT,
  parseCombination,
} from '../segments/combined.ts';
import { NO_BAND } from '../segments/segments.ts';
import { foldCountry } from '../values.ts';
import { type CompiledArtifact, roundTo } from './compile.ts';
import { type CombinedTable, rungsOf } from './compile-combined.ts';
import { walk } from './decide.ts';

/** An artifact as it is compared with another one: its cells by name, and what each of them answers. */
export class Answers {
  readonly compiled: CompiledArtifact;
  /** Shown names by folded ones. */
  readonly shown = new Map<string, string>();
  readonly #countries = new Map<string, CountryStatistics>();
  /** Of the combined segments, by country and segment: finding them is most of the work. */
  readonly #rungs = new Map<string, ReturnType<typeof rungsOf>>();
  readonly #round: (amount: number) => number;

  constructor(compiled: CompiledArtifact) {
    this.compiled = compiled;
    this.#round = roundTo(compiled.artifact.config.amount.round_to);
    for (const [name, statistics] of compiled.artifact.countries) {
      this.shown.set(foldCountry(name), name);
      this.#countries.set(foldCountry(name), statistics);
    }
  }

  /** @returns the names of all segments, and of the bands of those that have their own */
  bands(): Map<string, string[]> {
    const tables = new Set(this.compiled.segments.values());
    return new Map(
      [...tables].map((table) => [
        table.name,
        table.kind === 'combined' ? [] : table.bands.map(({ name }) => name),
      ]),
    );
  }

  /** @returns the cells of a segment that have statistics; in a combined one, those of the combinations */
  cells(fold: string, segment: string): Map<string, Statistic> {
    return new Map(Object.entries(this.#countries.get(fold)?.segments[segment] ?? {}));
  }

  /** @returns the kept rows of a country */
  rows(fold: string): number | undefined {
    return this.#countries.get(fold)?.overall.count;
  }

  /** @returns what is served for a cell, or what its ladder falls back to; 0 where there is no such segment */
  served(fold: string, segment: string, cell: string): number {
    const table = this.compiled.segments.get(segment);
    if (table === undefined) return 0;
    if (table.kind === 'combined') return this.#servedJointly(fold, table, cell);
    const band = table.bands.findIndex(({ name }) => name === cell);
    return walk(this.compiled, fold, table, band === -1 ? NO_BAND : band).voucher_amount;
  }

  #servedJointly(fold: string, { plan }: CombinedTable, cell: string): number {
    const { defaults, defaultAmount, artifact } = this.compiled;
    const byDefault = defaults.get(fold) ?? defaultAmount;
    const country = this.#countries.get(fold);
    if (country === undefined) return byDefault;
    const key = JSON.stringify([fold, plan.name]);
    const rungs = this.#rungs.get(key) ?? rungsOf(plan, country);
    this.#rungs.set(key, rungs);
    const combination = parseCombination(plan, cell) ?? plan.parts.map(() => NO_BAND);
    let statistic = country.overall;
    for (const asked of combinationsToAsk(plan, combination)) {
      const rung = rungs.get(combinationKey(plan, asked));
      if (rung === undefined) continue;
      statistic = rung.statistic;
      break;
    }
    const own = Object.keys(country.overall.amounts).map(Number);
    const amount = servedAmount(statistic, plan.config.statistic ?? artifact.config.amount.statistic, own);
    return amount === null ? byDefault : this.#round(amount);
  }
}

/**
 * The rows that each combination decides for customers of whom everything is known: its rows without those of the
 * finer combinations, which are asked before it. Combinations that do without a part before one that they have are
 * asked only where something is not known: they decide none.
 *
 * @param rows kept rows by combination
 * @param all kept rows of the country
 * @returns rows by combination, and those that are left to the country
 */
export function rowsDecided(
  rows: ReadonlyMap<string, number>,
  all: number,
): { cells: Map<string, number>; left: number } {
  const cells = new Map([...rows].map(([name, count]) => [name, isPrefix(name) ? count : 0]));
  let left = all;
  for (const [name, count] of rows) {
    if (!isPrefix(name)) continue;
    let coarser = coarserThan(name);
    while (coarser !== null && !rows.has(coarser)) coarser = coarserThan(coarser);
    if (coarser === null) left -= count;
    else cells.set(coarser, (cells.get(coarser) ?? 0) - count);
  }
  // The two artifacts may disagree about the rows of a cell that only one of them has.
  return {
    cells: new Map([...cells].map(([name, count]) => [name, Math.max(0, count)])),
    left: Math.max(0, left),
  };
}

function isPrefix(name: string): boolean {
  const parts = name.split(JOINT);
  const known = parts.findLastIndex((part) => part !== ANY_BAND) + 1;
  return !parts.slice(0, known).includes(ANY_BAND);
}

/** @returns the combination without its last part; null when nothing is left */
function coarserThan(name: string): string | null {
  const parts = name.split(JOINT);
  const last = parts.findLastIndex((part) => part !== ANY_BAND);
  if (last <= 0) return null;
  return parts.with(last, ANY_BAND).join(JOINT);
}
