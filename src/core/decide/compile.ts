import { isListOf } from '../artifact/read-table.ts';
import { NO_AMOUNT, type Table, type TableSegment } from '../artifact/table.ts';
import { moneyOf } from '../config/country-money.ts';
import { entry } from '../entry.ts';
import { rounder } from '../money.ts';
import { compileLadders, type Ladder } from '../segments/ladder.ts';
import { foldCountry } from '../values.ts';
import type { Decision } from './schema.ts';

/** A segment ready to answer: its ladder, and what a table has for its cells. */
export interface Answering {
  ladder: Ladder;
  /** By the key of a cell its place in the lists of a country, counted from 1; 0 where there is no such cell. */
  places: Uint16Array | Uint32Array;
  /** The key of each place. */
  keys: readonly number[];
  amounts: TableSegment['amounts'];
  rows: TableSegment['rows'];
  /** What each country serves as a whole, where the ladder ends there. */
  countryAmounts: readonly number[];
  countryRows: readonly number[];
  /** Decisions that were given, by country and place: the same cell gives the same object. See decide.ts. */
  given: (Decision | undefined)[][];
}

/** A table made ready to answer. */
export interface CompiledArtifact {
  table: Table;
  /** By name and by alias. */
  segments: ReadonlyMap<string, Answering>;
  /** Positions of countries by folded name: first those of the table, then others that the config names. */
  countries: ReadonlyMap<string, number>;
  /** The default of each of these countries, and last that of all others. */
  defaults: readonly number[];
  /** In the same order the currency; null where the config names none. */
  currencies: readonly (string | null)[];
  /** The same positions by spellings that were asked for: finding one takes less than folding it again. */
  spellings: Map<string, number>;
  /** How many decisions are kept by now. */
  kept: number;
}

/**
 * Makes a table ready to answer. The cells of all countries are found through one index, so it costs no more for many
 * countries than for few.
 *
 * @throws Error for a table that its own config does not fit
 */
export function compileArtifact(table: Table): CompiledArtifact {
  const { config } = table;
  const segments = new Map<string, Answering>();
  for (const ladder of compileLadders(config)) {
    const answering = answeringOf(ladder, table);
    for (const name of [ladder.name, ...ladder.config.aliases]) segments.set(name, answering);
  }
  const names = [...table.countries];
  const countries = new Map(names.map((name, position) => [foldCountry(name), position]));
  for (const name of Object.keys(config.countries)) {
    const fold = foldCountry(name);
    if (countries.has(fold)) continue;
    countries.set(fold, names.length);
    names.push(name);
  }
  const money = [...names, null].map(moneyOf(config));
  // A default is no amount of the history: only where amounts are multiples it is made one, too.
  const defaults = money.map(({ rounding, defaultAmount }) => rounder(rounding, [])(defaultAmount));
  if (!isListOf(defaults, names.length + 1, 0)) throw new Error('a default is no amount');
  return {
    table,
    segments,
    countries,
    defaults,
    currencies: money.map(({ currency }) => currency),
    spellings: new Map(),
    kept: 0,
  };
}

/** @returns the segments of an artifact, each once */
export function segmentsOf({ segments }: CompiledArtifact): Answering[] {
  return [...new Set(segments.values())];
}

/** @returns the countries that have answers of their own, as shown, by their positions: those of the history first */
export function countriesOf({ table, countries }: CompiledArtifact): string[] {
  const others = Object.keys(table.config.countries).filter(
    (name) => (countries.get(foldCountry(name)) as number) >= table.countries.length,
  );
  return [...table.countries, ...others];
}

function answeringOf(ladder: Ladder, { segments, country }: Table): Answering {
  const segment = segments[ladder.name];
  if (segment === undefined) throw new Error(`expected cells of ${ladder.name}, found none`);
  const cells = segment.levels.reduce((sum, level) => sum + level.cells.length / level.parts.length, 0);
  // One more than the largest key, which has the last band of every part.
  const size = ladder.parts.reduce(
    (sum, { bands }, part) => sum + bands.length * entry(ladder.weights, part),
    1,
  );
  const places = cells < 2 ** 16 - 1 ? new Uint16Array(size) : new Uint32Array(size);
  const keys: number[] = [];
  for (const { parts, cells } of segment.levels) {
    const weights = parts.map((name) => weightOf(ladder, name));
    for (let at = 0; at < cells.length; at += weights.length) {
      // The sum that keyOf makes, without a list of positions for each of hundreds of cells.
      let key = 0;
      for (let part = 0; part < weights.length; part++) {
        key += (entry(cells, at + part) + 1) * entry(weights, part);
      }
      if (key >= size) throw new Error(`a cell of ${ladder.name} is outside its bands`);
      keys.push(key);
      places[key] = keys.length;
    }
  }
  return {
    ladder,
    places,
    keys,
    amounts: segment.amounts,
    rows: segment.rows,
    countryAmounts: country.amounts[ladder.countryStatistic] ?? country.rows.map(() => NO_AMOUNT),
    countryRows: country.rows,
    given: [],
  };
}

function weightOf({ name, parts, weights }: Ladder, part: string): number {
  const index = parts.findIndex((one) => one.name === part);
  if (index === -1) throw new Error(`${part} is not a part of ${name}`);
  return entry(weights, index);
}
