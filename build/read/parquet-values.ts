import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import type { ParquetParsers, SchemaElement } from 'hyparquet/src/types.js';
import { decodeWithBadBytes } from '../../src/core/history/utf8.ts';
import { SECONDS_PER_DAY } from '../../src/core/time.ts';
import { secondsText } from './seconds-text.ts';

/** How the values of a column become the text that a CSV file would hold, so that both give the same cube. */
export interface ValueReader {
  /** The column's element, as hyparquet is to see it. */
  element: SchemaElement;
  parsers: ParquetParsers;
  /** @param value what hyparquet makes of a value; null and undefined are "" */
  toText: (value: unknown) => string;
  /** Whether a number is what the column holds, or seconds since 1970, and no text has to be made of it to know it. */
  holds: 'text' | 'number' | 'seconds';
}

export function valueReader(element: SchemaElement): ValueReader {
  const logical = element.logical_type;
  if (element.converted_type === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const scale = element.scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0);
    const toText = (value: unknown) => decimalText(value, scale);
    return { element: undecorated(element), parsers: PARSERS, toText, holds: 'text' };
  }
  if (logical?.type === 'DATE')
    return {
      element: { ...element, converted_type: 'DATE' },
      parsers: PARSERS,
      toText: timeText,
      holds: 'seconds',
    };
  // Bytes: hyparquet reads no BSON.
  if (element.converted_type === 'BSON')
    return { element: undecorated(element), parsers: PARSERS, toText: plainText, holds: 'text' };
  if (isTime(element)) return { element, parsers: PARSERS, toText: timeText, holds: 'seconds' };
  const isShort = element.type === 'FLOAT' || logical?.type === 'FLOAT16';
  const holds = NUMBERS.has(element.type ?? '') && !isShort ? 'number' : 'text';
  return { element, parsers: PARSERS, toText: isShort ? floatText : plainText, holds };
}

const NUMBERS: ReadonlySet<string> = new Set(['INT32', 'INT64', 'DOUBLE']);

function isTime({ type, converted_type, logical_type }: SchemaElement): boolean {
  return (
    converted_type === 'DATE' ||
    converted_type === 'TIMESTAMP_MILLIS' ||
    converted_type === 'TIMESTAMP_MICROS' ||
    logical_type?.type === 'TIMESTAMP' ||
    (type === 'INT96' && converted_type === undefined)
  );
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Times become whole seconds; fractions are cut towards the past, as parseTime cuts them. */
const PARSERS: ParquetParsers = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (value: bigint) => Math.floor(Number(value) / 1_000),
  timestampFromMicroseconds: (value: bigint) => secondsFrom(value, 1_000_000),
  timestampFromNanoseconds: (value: bigint) => secondsFrom(value, 1_000_000_000),
  dateFromDays: (days: number) => days * SECONDS_PER_DAY,
  stringFromBytes: utf8Text,
  jsonFromBytes: utf8Text,
};

/** A column that is not used may hold any bytes: see core/history/utf8.ts. */
function utf8Text(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return '';
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeWithBadBytes(bytes);
  }
}

/** Exact, where a double is not: near a whole second, and far from our time. */
function secondsFrom(value: bigint, perSecond: number): number {
  const seconds = Number(value) / perSecond;
  const whole = Math.floor(seconds);
  const part = seconds - whole;
  if (part > EDGE && part < 1 - EDGE && Math.abs(seconds) < FAR) return whole;
  const exact = BigInt(value);
  const divisor = BigInt(perSecond);
  return Number(exact / divisor - (exact % divisor < 0n ? 1n : 0n));
}

/** A double of seconds is exact to a microsecond for 285 years around 1970. */
const [EDGE, FAR] = [1e-5, 2 ** 33] as const;

function timeText(value: unknown): string {
  return typeof value === 'number' ? secondsText(value) : plainText(value);
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined
    ? ''
    : value instanceof Uint8Array
      ? utf8Text(value)
      : String(value);
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
function undecorated({ type, type_length, repetition_type, name }: SchemaElement): SchemaElement {
  return Object.fromEntries(
    Object.entries({ type, type_length, repetition_type, name }).filter(([, value]) => value !== undefined),
  ) as unknown as SchemaElement;
}
