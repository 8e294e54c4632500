import type { ReadingConfig } from '../config/reading.ts';
import { FIELDS, type Field, type FieldReader } from '../fields/fields.ts';
import { amountReader, wholeReader } from '../fields/numbers.ts';
import { timeReader } from '../fields/times.ts';
import { isMissing, MISSING, UNREADABLE } from '../missing.ts';
import { type Facts, UNKNOWN } from '../segments/features.ts';
import { daysBetween } from '../time.ts';
import { MISSING_AMOUNT } from '../values.ts';
import { readable } from '../words.ts';
import { DROP_MEANINGS } from './drop-meanings.ts';

/** Why a row is dropped, in the order in which the rules are tried. */
export type DropReason = keyof typeof DROP_MEANINGS;
export const DROP_REASONS = Object.keys(DROP_MEANINGS) as DropReason[];

/** @returns the reasons why rows were dropped, with their counts, as part of a sentence; "" where none were */
export function dropList(dropped: Readonly<Record<DropReason, number>>): string {
  return DROP_REASONS.filter((reason) => dropped[reason] > 0)
    .map((reason) => `${readable(dropped[reason])} ${reason} (${DROP_MEANINGS[reason]})`)
    .join(', ');
}

/** The fields that a row is kept without, whether they are missing or hold what cannot be read. */
export const FILLED_FIELDS = ['first_order_ts', 'total_orders', 'voucher_amount'] as const;
export type FilledField = (typeof FILLED_FIELDS)[number];

/** A row as a source reads it: every field as text, "" for a missing one. */
export type RawRow = Record<Field, string>;

/** @returns a row to be filled again and again */
export function emptyRow(): RawRow {
  return Object.fromEntries(FIELDS.map((field) => [field, ''])) as RawRow;
}

/** A row whose fields are read: numbers are finite, or MISSING, or UNREADABLE; times are in seconds. */
export type ReadRow = Record<Exclude<Field, 'country_code'>, number> & { country_code: string };

/** Which fields a file has, how they are read, and what takes its rows. */
export interface RowSink {
  /** The name that each field has: of a column, or of a member of JSON. */
  columns: Readonly<Record<Field, string>>;
  readers: RowReaders;
  /** The decimal mark of numbers that are texts: a number of JSON is handed on with it. */
  decimal: string;
  /** Fields that have one value for the whole file, where it has none of their names. */
  constants?: Readonly<Partial<Record<Field, string>>> | undefined;
  /**
   * Receives each row with the line on which it starts, the first line of the file being 1 (of Parquet, its number), and
   * with what tells its fields as text. Both are the same objects every time: copy what is to be kept.
   *
   * @param typed whether the file has numbers and times, and no text that was read
   */
  onRow: (row: ReadRow, line: number, text: () => RawRow, typed?: boolean) => void;
  /** Receives a row of another shape. */
  onMalformed: (malformed: Malformed, line: number) => void;
  /** Receives remarks about the whole file. */
  onRemark?: ((remark: string) => void) | undefined;
}

/** A record that does not fit the header, or a line that is not a JSON object of plain values. */
export interface Malformed {
  /** As written in the file, without its line end. */
  text: string;
  fields: readonly string[];
  /** How many fields it has; null where a quote is not closed, and for JSON. */
  found: number | null;
  /** How many the header has; null for a line that is not a JSON object. */
  expected: number | null;
}

/** An assignment that may be counted. `amount` is MISSING_AMOUNT where the history has none that can be read. */
export interface Assignment extends Facts {
  country: string;
  amount: number;
  totalOrdersFilled: boolean;
  /** The fields that hold something which cannot be read, of a row that is kept or is dropped for its times. */
  unreadable: readonly Field[];
}

const NONE: readonly Field[] = [];
/** The fields that one setting is for: what all of them hold tells what would read them. */
export const TIME_FIELDS = ['timestamp', 'last_order_ts', 'first_order_ts'] as const;
export const NUMBER_FIELDS = ['total_orders', 'voucher_amount'] as const;

/** @returns an assignment to be passed to the cleaning again and again: a million rows need not make a million objects */
export function emptyAssignment(): Assignment {
  return {
    asOf: 0,
    daysSinceLastOrder: UNKNOWN,
    daysSinceFirstOrder: UNKNOWN,
    totalOrders: 0,
    country: '',
    amount: 0,
    totalOrdersFilled: false,
    unreadable: NONE,
  };
}

/** What reads each field that is not text itself. */
export type RowReaders = Readonly<Record<Exclude<Field, 'country_code'>, FieldReader>>;

/** @returns the readers under the settings of a config */
export function rowReaders({ numbers, times }: ReadingConfig): RowReaders {
  const time = timeReader(times.format);
  return {
    timestamp: time,
    last_order_ts: time,
    first_order_ts: time,
    total_orders: wholeReader(numbers),
    voucher_amount: amountReader(numbers),
  };
}

/** @returns a row whose fields are read, to be filled again and again */
export function emptyRead(): ReadRow {
  return {
    timestamp: MISSING,
    country_code: '',
    last_order_ts: MISSING,
    first_order_ts: MISSING,
    total_orders: MISSING,
    voucher_amount: MISSING,
  };
}

/** Reads the fields of a row that are text. */
export function readRow(row: Readonly<RawRow>, readers: RowReaders, into: ReadRow): void {
  into.timestamp = readers.timestamp(row.timestamp);
  into.country_code = row.country_code;
  into.last_order_ts = readers.last_order_ts(row.last_order_ts);
  into.first_order_ts = readers.first_order_ts(row.first_order_ts);
  into.total_orders = readers.total_orders(row.total_orders);
  into.voucher_amount = readers.voucher_amount(row.voucher_amount);
}

/**
 * Applies the cleaning rules to a row; the first rule that it breaks drops it.
 *
 * @param into receives the assignment; after a drop only its country and `unreadable` mean anything
 * @returns the reason to drop the row, or null when it is kept
 */
export function clean(row: Readonly<ReadRow>, into: Assignment): DropReason | null {
  const { timestamp, last_order_ts, first_order_ts, total_orders, voucher_amount } = row;
  const hasCountry = !isMissing(row.country_code);
  into.country = hasCountry ? row.country_code.trim() : '';
  into.unreadable = NONE;
  if (!Number.isFinite(timestamp) || !Number.isFinite(last_order_ts)) {
    into.unreadable = TIME_FIELDS.filter((field) => row[field] === UNREADABLE);
    return Number.isFinite(timestamp) ? 'invalid_last_order_ts' : 'invalid_timestamp';
  }
  if (!hasCountry) return 'missing_country_code';
  if (timestamp < last_order_ts) return 'negative_days_between_orders';

  const hasOrders = total_orders !== MISSING && total_orders !== UNREADABLE;
  const hasAmount = voucher_amount !== MISSING && voucher_amount !== UNREADABLE;
  into.asOf = timestamp;
  into.daysSinceLastOrder = daysBetween(last_order_ts, timestamp);
  into.daysSinceFirstOrder =
    first_order_ts === MISSING || first_order_ts === UNREADABLE
      ? UNKNOWN
      : daysBetween(first_order_ts, timestamp);
  into.totalOrders = hasOrders ? total_orders : 0;
  into.totalOrdersFilled = !hasOrders;
  into.amount = hasAmount ? voucher_amount : MISSING_AMOUNT;
  if (first_order_ts === UNREADABLE || total_orders === UNREADABLE || voucher_amount === UNREADABLE) {
    into.unreadable = FILLED_FIELDS.filter((field) => row[field] === UNREADABLE);
  }
  return null;
}
