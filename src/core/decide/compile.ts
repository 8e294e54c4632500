import { NO_AMOUNT, type Table, type TableSegment } from '../artifact/table.ts';
import { roundTo } from '../round.ts';
import { compileLadders, keyOf, type Ladder } from '../segments/ladder.ts';
import { NO_BAND } from '../segments/segments.ts';
import { foldCountry } from '../values.ts';
import type { Decision } from './decision.ts';

/** A segment ready to answer: its ladder, and what a table has for its cells. */
export interface Answering {
  ladder: Ladder;
  /** Where each cell is in the lists of a country, by its key. */
  places: ReadonlyMap<number, number>;
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
  const round = roundTo(config.amount.round_to);
  const segments = new Map<string, Answering>();
  for (const ladder of compileLadders(config)) {
    const answering = answeringOf(ladder, table);
    for (const name of [ladder.name, ...ladder.config.aliases]) segments.set(name, answering);
  }
  const countries = new Map(table.countries.map((name, position) => [foldCountry(name), position]));
  const defaults = table.countries.map(() => round(config.default_amount));
  for (const [name, { default_amount }] of Object.entries(config.countries)) {
    const fold = foldCountry(name);
    const position = countries.get(fold) ?? defaults.length;
    countries.set(fold, position);
    defaults[position] = round(default_amount);
  }
  return { table, segments, countries, defaults: [...defaults, round(config.default_amount)], kept: 0 };
}

function answeringOf(ladder: Ladder, { segments, country }: Table): Answering {
  const segment = segments[ladder.name];
  if (segment === undefined) throw new Error(`expected cells of ${ladder.name}, found none`);
  const keys: number[] = [];
  for (const { parts, cells } of segment.levels) {
    const level = parts.map((name) => ladder.parts.findIndex((part) => part.name === name));
    if (level.includes(-1)) throw new Error(`expected parts of ${ladder.name}, got ${parts.join(', ')}`);
    const known = ladder.parts.map(() => NO_BAND);
    for (let at = 0; at < cells.length; at += level.length) {
      level.forEach((part, index) => {
        known[part] = cells[at + index] as number;
      });
      keys.push(keyOf(ladder, level, known));
    }
  }
  return {
    ladder,
    places: new Map(keys.map((key, place) => [key, place])),
    keys,
    amounts: segment.amounts,
    rows: segment.rows,
    countryAmounts: country.amounts[ladder.countryStatistic] ?? country.rows.map(() => NO_AMOUNT),
    countryRows: country.rows,
    given: [],
  };
}
