import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import type { ParquetParsers, SchemaElement } from 'hyparquet/src/types.js';
import { decodeWithBadBytes } from '../../src/core/history/utf8.ts';
import { SECONDS_PER_DAY } from '../../src/core/time.ts';
import type { Storage } from './parquet-page.ts';
import { secondsText } from './seconds-text.ts';

/** How the values of a column become the text that a CSV file would hold, so that both give the same cube. */
export interface ValueReader {
  /** The column's element, as hyparquet is to see it. */
  element: SchemaElement;
  /** @param value what hyparquet makes of a value; null and undefined are "" */
  toText: (value: unknown) => string;
  /** Whether a number is what the column holds, or seconds since 1970, and no text has to be made of it to know it. */
  holds: 'text' | 'number' | 'seconds';
  /** How values are stored, if they are read where they are: INT32 that holds seconds holds days. */
  storage: Storage;
  /** Parts of a second in the times of a column of INT64; null where it holds no times. */
  perSecond: number | null;
}

export function valueReader(element: SchemaElement): ValueReader {
  const { type, converted_type: converted, logical_type: logical } = element;
  const as = (
    holds: ValueReader['holds'],
    toText: ValueReader['toText'],
    storage: Storage = 'converted',
  ) => ({
    element,
    toText,
    holds,
    storage,
    perSecond: null,
  });
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const scale = element.scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0);
    return { ...as('text', (value) => decimalText(value, scale)), element: undecorated(element) };
  }
  if (converted === 'DATE' || logical?.type === 'DATE') {
    return {
      ...as('seconds', timeText, type === 'INT32' ? 'int32' : 'converted'),
      element: { ...element, converted_type: 'DATE' },
    };
  }
  // Bytes: hyparquet reads no BSON.
  if (converted === 'BSON') return { ...as('text', plainText), element: undecorated(element) };
  if (isTime(element)) {
    const perSecond = unitOf(element);
    if (type !== 'INT64' || perSecond === null) return as('seconds', timeText);
    return { ...as('seconds', timeText, 'int64'), perSecond };
  }
  if (type === 'FLOAT' || logical?.type === 'FLOAT16') return as('text', floatText);
  const isText = logical === undefined || logical.type === 'STRING';
  if (type === 'BYTE_ARRAY' && (converted === undefined || converted === 'UTF8') && isText) {
    return as('text', plainText, 'bytes');
  }
  if (type === 'BOOLEAN') return as('text', plainText, 'flags');
  const storage = STORAGES[type ?? ''];
  if (storage === undefined) return as('text', plainText);
  const isPlain = converted === undefined && logical === undefined;
  const isSigned = /^INT_\d+$/.test(converted ?? '') || (logical?.type === 'INTEGER' && logical.isSigned);
  return as('number', plainText, isPlain || isSigned ? storage : 'converted');
}

/** Parts of a second in the times of a column of INT64; null for what is not known. */
function unitOf({ converted_type, logical_type }: SchemaElement): number | null {
  if (converted_type === 'TIMESTAMP_MILLIS') return 1_000;
  if (converted_type === 'TIMESTAMP_MICROS') return 1_000_000;
  if (converted_type !== undefined || logical_type?.type !== 'TIMESTAMP') return null;
  return { MILLIS: 1_000, MICROS: 1_000_000, NANOS: 1_000_000_000 }[logical_type.unit] ?? null;
}

const STORAGES: Readonly<Partial<Record<string, Storage>>> = {
  INT32: 'int32',
  INT64: 'int64',
  DOUBLE: 'double',
};

function isTime({ type, converted_type, logical_type }: SchemaElement): boolean {
  return (
    converted_type === 'TIMESTAMP_MILLIS' ||
    converted_type === 'TIMESTAMP_MICROS' ||
    logical_type?.type === 'TIMESTAMP' ||
    (type === 'INT96' && converted_type === undefined)
  );
}

/** Times become whole seconds; fractions are cut towards the past, as parseTime cuts them. */
export const PARSERS: ParquetParsers = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (value: bigint) => secondsFrom(value, 1_000),
  timestampFromMicroseconds: (value: bigint) => secondsFrom(value, 1_000_000),
  timestampFromNanoseconds: (value: bigint) => secondsFrom(value, 1_000_000_000),
  dateFromDays: (days: number) => days * SECONDS_PER_DAY,
  stringFromBytes: utf8Text,
  jsonFromBytes: utf8Text,
};

/** A column that is not used may hold any bytes: see core/history/utf8.ts. */
function utf8Text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : decodeWithBadBytes(bytes);
}

/** @returns whole seconds, cut towards the past @param value exact; a bigint where it is no safe integer */
export function secondsFrom(value: number | bigint, perSecond: number): number {
  if (typeof value === 'bigint') {
    const divisor = BigInt(perSecond);
    return Number(value / divisor - (value % divisor < 0n ? 1n : 0n));
  }
  const seconds = Math.floor(value / perSecond);
  // A quotient may be rounded to the next whole one; what is left of the whole number tells.
  return value - seconds * perSecond < 0 ? seconds - 1 : seconds;
}

function timeText(value: unknown): string {
  return typeof value === 'number' ? secondsText(value) : plainText(value);
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return value instanceof Uint8Array ? utf8Text(value) : String(value);
}

/** The shortest decimal that is this 32-bit float: 0.1, not 0.10000000149011612. */
function floatText(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return plainText(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** Exact, where a product with 0.1 ** scale is not. */
function decimalText(value: unknown, scale: number): string {
  if (value === null || value === undefined) return '';
  const unscaled = value instanceof Uint8Array ? bigEndian(value) : BigInt(value as number | bigint);
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

/** The element as if it held plain numbers or bytes. */
function undecorated({ converted_type: _, logical_type: __, ...element }: SchemaElement): SchemaElement {
  return element;
}
