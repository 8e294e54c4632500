import type { Config } from '../config/config.ts';
import { DataError } from '../errors.ts';
import {
  type Assignment,
  DROP_REASONS,
  type DropReason,
  FILLED_FIELDS,
  type FilledField,
} from '../history/clean.ts';
import { onceFor } from '../once-per.ts';
import { type Period, periodIndex } from '../period.ts';
import { type Facts, FEATURES, type Feature } from '../segments/features.ts';
import { type CompiledSegment, compileSegments } from '../segments/segments.ts';
import { SECONDS_PER_DAY } from '../time.ts';
import { MISSING_AMOUNT, ownCopy, tidyAmount } from '../values.ts';
import type { Quality } from './schema.ts';

/** Which cells a cube has: it follows from the config, and cubes of one layout can be added. */
export interface CubeLayout {
  period: Period;
  segments: readonly CompiledSegment[];
  /** Groups of one period: the product of (number of bands + 1) over the segments. */
  combinations: number;
  /** For each quantity that is banded, what its value adds to the number of a row's group: see {@link addressing}. */
  addresses: readonly {
    feature: Feature;
    quantityOf: (facts: Facts) => number;
    addressOf: (value: number) => number;
    /** What it gives for the values from 0 on; its last entry is for all above. */
    table: Int32Array;
  }[];
}

/** What the history holds under one spelling of a country. */
export interface CountryCounts extends CountryCleaning {
  /** Rows by amount (MISSING_AMOUNT for none), by group; a group is a period and a band of each segment. */
  groups: Map<number, Map<number, number>>;
  /** All of these rows, and those without an amount. */
  rows: number;
  rowsWithoutAmount: number;
}

/** What a cube holds, without its layout. */
export type CubeCounts = Pick<Cube, 'countries' | 'firstTimestamp' | 'lastTimestamp'>;

/** What cleaning did to the rows of a country. */
interface CountryCleaning {
  dropped: Partial<Record<DropReason, number>>;
  totalOrdersFilled: number;
  /** Kept rows with something in a field that cannot be read; where nothing is in it, it is not counted here. */
  unreadable: Partial<Record<FilledField, number>>;
}

/**
 * The most distinct combinations that a cube may hold, about 200 bytes each. A history of vouchers has thousands;
 * one that goes past this has something else in its amounts or countries.
 */
export const MOST_CELLS = 500_000;

/** @returns the layout that a config gives: worked out once, as many small files have one config */
export const cubeLayout = onceFor((config: Pick<Config, 'period' | 'segments'>): CubeLayout => {
  const segments = compileSegments(config.segments);
  const combinations = segments.reduce((product, { bands }) => product * (bands.length + 1), 1);
  return { period: config.period, segments, combinations, addresses: addressing(segments) };
});

/**
 * The number of a group has a digit for each segment: the position of a band and 1, or 0 for no band. Segments of one
 * quantity have their digits from one value, so that a table can hold the sum of them: a row costs as much as it has
 * quantities, however many segments there are.
 */
function addressing(segments: readonly CompiledSegment[]): CubeLayout['addresses'] {
  let weight = 1;
  const digits = segments.toReversed().map((segment) => {
    const digit = { segment, weight };
    weight *= segment.bands.length + 1;
    return digit;
  });
  return [...Map.groupBy(digits, ({ segment }) => segment.feature)].map(([feature, ofFeature]) => {
    const edges = ofFeature.flatMap(({ segment }) => segment.bands.map(({ min, max }) => max ?? min));
    // The last entry is for all values above the last edge.
    const table = Int32Array.from({ length: Math.max(...edges) + 2 }, (_, value) =>
      ofFeature.reduce((sum, { segment, weight }) => sum + (segment.locate(value) + 1) * weight, 0),
    );
    const last = table.length - 1;
    const { of: quantityOf } = FEATURES[feature];
    return {
      feature,
      quantityOf,
      table,
      addressOf: (value) => (value < 0 ? 0 : (table[Math.min(value, last)] ?? 0)),
    };
  });
}

/**
 * Counts of assignments for every distinct (period, country as spelled, band of each segment, amount), with the
 * counts of what cleaning did. A sum: the cube of two files is the cube of one merged into that of the other,
 * and the order of rows leaves no trace.
 */
export class Cube {
  readonly layout: CubeLayout;
  readonly countries = new Map<string, CountryCounts>();
  /** The span of the kept rows' timestamps, in seconds; null without rows. */
  firstTimestamp: number | null = null;
  lastTimestamp: number | null = null;
  readonly #mostCells: number;
  #cells = 0;
  /** The day of the row before, and its period. */
  #day = Number.NaN;
  #period = 0;

  /** @param mostCells where memory is short, a limit below {@link MOST_CELLS} */
  constructor(layout: CubeLayout, mostCells = MOST_CELLS) {
    this.layout = layout;
    this.#mostCells = mostCells;
  }

  /** Counts one cleaned row. */
  add(assignment: Assignment): void {
    const { asOf, country, amount } = assignment;
    let group = this.#periodOf(asOf) * this.layout.combinations;
    for (const { quantityOf, addressOf } of this.layout.addresses) {
      group += addressOf(quantityOf(assignment));
    }
    const counts = this.country(country);
    this.#count(counts, group, amount, 1);
    if (assignment.totalOrdersFilled) counts.totalOrdersFilled++;
    for (const field of assignment.unreadable) addUnreadable(counts, field as FilledField, 1);
    this.span(asOf, asOf);
  }

  /** Counts a row that cleaning dropped, under the country it named, if it named one. */
  drop(country: string, reason: DropReason, rows = 1): void {
    const { dropped } = this.country(country);
    dropped[reason] = (dropped[reason] ?? 0) + rows;
  }

  /** Counts cells of a country: three numbers for each, its group, its amount and its rows. */
  addCells(country: string, cells: ArrayLike<number>): void {
    const counts = this.country(country);
    for (let at = 0; at < cells.length; at += 3) {
      this.#count(counts, cells[at] ?? 0, cells[at + 1] ?? 0, cells[at + 2] ?? 0);
    }
  }

  /** Counts what cleaning did to rows that were counted elsewhere. */
  addCleaning(country: string, { dropped, totalOrdersFilled, unreadable }: CountryCleaning): void {
    const counts = this.country(country);
    for (const reason of DROP_REASONS) if (dropped[reason]) this.drop(country, reason, dropped[reason]);
    counts.totalOrdersFilled += totalOrdersFilled;
    for (const field of FILLED_FIELDS) addUnreadable(counts, field, unreadable[field] ?? 0);
  }

  /** Widens the span of time that the kept rows cover. */
  span(first: number, last: number): void {
    if (this.firstTimestamp === null || first < this.firstTimestamp) this.firstTimestamp = first;
    if (this.lastTimestamp === null || last > this.lastTimestamp) this.lastTimestamp = last;
  }

  /** Adds the counts of another cube of the same layout. */
  merge(other: CubeCounts): void {
    for (const [country, cleaning] of other.countries) {
      const counts = this.country(country);
      for (const [group, amounts] of cleaning.groups) {
        for (const [amount, rows] of amounts) this.#count(counts, group, amount, rows);
      }
      this.addCleaning(country, cleaning);
    }
    if (other.firstTimestamp !== null && other.lastTimestamp !== null) {
      this.span(other.firstTimestamp, other.lastTimestamp);
    }
  }

  /** The counts under one spelling of a country, made when it is first met. */
  country(spelling: string): CountryCounts {
    let counts = this.countries.get(spelling);
    if (counts === undefined) {
      counts = {
        groups: new Map(),
        rows: 0,
        rowsWithoutAmount: 0,
        dropped: {},
        totalOrdersFilled: 0,
        unreadable: {},
      };
      this.countries.set(ownCopy(spelling), counts);
      this.#grow();
    }
    return counts;
  }

  /** The bands of a group: the position in each segment of the layout, or -1 for none. */
  bandsOf(group: number): number[] {
    const bands: number[] = [];
    let rest = group;
    for (const segment of [...this.layout.segments].reverse()) {
      const choices = segment.bands.length + 1;
      bands.unshift((((rest % choices) + choices) % choices) - 1);
      rest = Math.floor(rest / choices);
    }
    return bands;
  }

  periodOf(group: number): number {
    return Math.floor(group / this.layout.combinations);
  }

  /** Rows of one day often come one after the other. */
  #periodOf(seconds: number): number {
    const day = Math.floor(seconds / SECONDS_PER_DAY);
    if (day !== this.#day) {
      this.#day = day;
      this.#period = periodIndex(this.layout.period, seconds);
    }
    return this.#period;
  }

  #count(counts: CountryCounts, group: number, amount: number, rows: number): void {
    let amounts = counts.groups.get(group);
    if (amounts === undefined) {
      amounts = new Map();
      counts.groups.set(group, amounts);
    }
    let before = amounts.get(amount);
    let tidy = amount;
    if (before === undefined) {
      tidy = tidyAmount(amount);
      before = amounts.get(tidy);
    }
    if (before === undefined) this.#grow();
    amounts.set(tidy, (before ?? 0) + rows);
    counts.rows += rows;
    if (amount === MISSING_AMOUNT) counts.rowsWithoutAmount += rows;
  }

  #grow(): void {
    this.#cells++;
    if (this.#cells > this.#mostCells) {
      throw new DataError(
        `expected at most ${this.#mostCells} distinct combinations of country, period, bands and amount, got more: ` +
          'does voucher_amount or country_code hold something else, such as an id? ' +
          'Check `columns` in the config; otherwise use fewer bands or a longer `period`.',
      );
    }
  }
}

/** @returns what cleaning did to every row: rows_read = rows_kept + the sum of all dropped */
export function qualityOf(counts: Iterable<CountryCounts>): Quality {
  const dropped = Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
  const quality: Quality = {
    rows_read: 0,
    rows_kept: 0,
    dropped,
    total_orders_filled: 0,
    voucher_amount_imputed: 0,
    first_order_ts_unreadable: 0,
    total_orders_unreadable: 0,
    voucher_amount_unreadable: 0,
  };
  for (const country of counts) {
    quality.rows_kept += country.rows;
    quality.voucher_amount_imputed += country.rowsWithoutAmount;
    for (const reason of DROP_REASONS) dropped[reason] += country.dropped[reason] ?? 0;
    quality.total_orders_filled += country.totalOrdersFilled;
    for (const field of FILLED_FIELDS) quality[`${field}_unreadable`] += country.unreadable[field] ?? 0;
  }
  quality.rows_read = quality.rows_kept + DROP_REASONS.reduce((sum, reason) => sum + dropped[reason], 0);
  return quality;
}

function addUnreadable({ unreadable }: CountryCounts, field: FilledField, rows: number): void {
  if (rows > 0) unreadable[field] = (unreadable[field] ?? 0) + rows;
}
