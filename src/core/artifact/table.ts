import { moneyOf } from '../config/country-money.ts';
import type { DecidingConfig } from '../config/deciding.ts';
import { qualityOf } from '../cube/cube.ts';
import type { Quality } from '../cube/schema.ts';
import { entry } from '../entry.ts';
import type { CountryStatistics } from '../estimate/estimate.ts';
import type { Statistic } from '../estimate/schema.ts';
import { servedAmount } from '../estimate/statistics.ts';
import { rounder } from '../money.ts';
import {
  allLevels,
  compileLadders,
  keyOf,
  type Ladder,
  type Level,
  type Positions,
  parseCell,
  positionsOf,
} from '../segments/ladder.ts';
import type { ServedStatistic } from '../segments/schema.ts';
import { type CompiledSegment, NO_BAND } from '../segments/segments.ts';

export const SCHEMA_VERSION = 2;

/** The amount of a cell that has none to serve. */
export const NO_AMOUNT = -1;

/**
 * What the service answers from: for each segment a list of cells that all countries share, and for each country two
 * lists of numbers along it.
 */
export interface Table {
  schema_version: typeof SCHEMA_VERSION;
  /** See {@link sealArtifact}. */
  version: string;
  config: DecidingConfig;
  data: { first_timestamp: string; last_timestamp: string };
  quality: Quality;
  /** Of the statistics that belong to it. */
  statistics_sha256: string;
  /** Names as they are shown. Wherever there is a list of countries, it is in this order. */
  countries: string[];
  /** All rows of each country, and for each statistic that some segment serves of a country the amount. */
  country: { rows: number[]; amounts: Partial<Record<ServedStatistic, number[]>> };
  segments: Record<string, TableSegment>;
}

export interface TableSegment {
  levels: TableLevel[];
  /** For each country, for each cell of the levels, one level after the other: the amount that is served, or NO_AMOUNT. */
  amounts: number[][];
  /** In the same order, kept rows; 0 where a country has no such cell. */
  rows: number[][];
}

interface TableLevel {
  /** The segments that are taken jointly. */
  parts: string[];
  /** For each cell the positions of its bands, one for each part: `[0, 2, 0, 3]` are two cells of two parts. */
  cells: number[];
}

/** The part of a table that follows from the statistics. */
type TableCells = Pick<Table, 'countries' | 'country' | 'segments'>;

/**
 * Works out what is served of every cell that can answer: it has an amount, and the rows that its ladder asks for.
 *
 * @param statistics by country as shown
 */
export function tableCells(
  statistics: ReadonlyMap<string, CountryStatistics>,
  config: DecidingConfig,
): TableCells {
  const ladders = compileLadders(config);
  const countries = [...statistics.keys()].sort();
  const all = countries.map((name) => statistics.get(name) as CountryStatistics);
  const served = new Set(ladders.map(({ countryStatistic }) => countryStatistic));
  const money = moneyOf(config);
  const own = all.map(({ overall }, country) => {
    const given = Object.keys(overall.amounts).map(Number);
    return { given, round: rounder(money(countries[country] as string).rounding, given) };
  });
  const amountOf = (country: number, cell: Statistic, which: ServedStatistic): number => {
    const { given, round } = own[country] as (typeof own)[number];
    const amount = servedAmount(cell, which, given);
    return amount === null ? NO_AMOUNT : round(amount);
  };
  return {
    countries,
    country: {
      rows: all.map(({ overall }) => overall.count),
      amounts: Object.fromEntries(
        Array.from(served, (which) => [
          which,
          all.map(({ overall }, country) => amountOf(country, overall, which)),
        ]),
      ),
    },
    segments: Object.fromEntries(
      ladders.map((ladder) => [
        ladder.name,
        segmentCells(ladder, all, (country, cell) =>
          cell.observed < ladder.minSupport ? NO_AMOUNT : amountOf(country, cell, ladder.statistic),
        ),
      ]),
    ),
  };
}

/** @returns a table that is only tried out, in a comparison of configs: it has no version and is never published */
export function trialTable(
  statistics: ReadonlyMap<string, CountryStatistics>,
  config: DecidingConfig,
): Table {
  return {
    schema_version: SCHEMA_VERSION,
    version: '',
    config,
    data: { first_timestamp: '', last_timestamp: '' },
    quality: qualityOf([]),
    statistics_sha256: '',
    ...tableCells(statistics, config),
  };
}

function segmentCells(
  ladder: Ladder,
  countries: readonly CountryStatistics[],
  amountOf: (country: number, cell: Statistic) => number,
): TableSegment {
  const byKey = countries.map((country) => cellsByKey(ladder, country));
  const keys = [...new Set(byKey.flatMap((cells) => [...cells.keys()]))].sort((a, b) => a - b);
  const byLevel = Map.groupBy(keys, (key) => levelOf(positionsOf(ladder, key)).join());
  const levels = allLevels(ladder).flatMap((level) => {
    const ofLevel = byLevel.get(level.join());
    return ofLevel ? [{ level, keys: ofLevel }] : [];
  });
  const inOrder = levels.flatMap((one) => one.keys);
  const each = (of: (country: number, cell: Statistic) => number) =>
    byKey.map((cells, country) =>
      inOrder.map((key) => {
        const cell = cells.get(key);
        return cell === undefined ? 0 : of(country, cell);
      }),
    );
  return {
    levels: levels.map(({ level, keys }) => ({
      parts: level.map((part) => (ladder.parts[part] as CompiledSegment).name),
      cells: keys.flatMap((key) => {
        const cell = positionsOf(ladder, key);
        return level.map((part) => entry(cell, part));
      }),
    })),
    amounts: each(amountOf),
    rows: each((_, { count }) => count),
  };
}

function cellsByKey(ladder: Ladder, { segments }: CountryStatistics): Map<number, Statistic> {
  const cells = new Map<number, Statistic>();
  const whole = ladder.parts.map((_, part) => part);
  for (const [name, statistic] of Object.entries(segments[ladder.name] ?? {})) {
    const cell = parseCell(ladder, name);
    if (cell !== null) cells.set(keyOf(ladder, whole, cell), statistic);
  }
  return cells;
}

function levelOf(cell: Positions): Level {
  return cell.flatMap((band, part) => (band === NO_BAND ? [] : [part]));
}
