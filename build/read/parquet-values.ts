import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import type { ParquetParsers, SchemaElement } from 'hyparquet/src/types.js';
import { SECONDS_PER_DAY } from '../../src/core/time.ts';
import { secondsText } from './seconds-text.ts';

/** How the values of a column become the text that a CSV file would hold, so that both give the same cube. */
export interface ValueReader {
  /** The column's element, as hyparquet is to see it. */
  element: SchemaElement;
  parsers: ParquetParsers;
  /** @param value what hyparquet makes of a value; null and undefined are "" */
  toText: (value: unknown) => string;
}

export function valueReader(element: SchemaElement): ValueReader {
  const logical = element.logical_type;
  if (element.converted_type === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const scale = element.scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0);
    return { element: undecorated(element), parsers: PARSERS, toText: (value) => decimalText(value, scale) };
  }
  if (logical?.type === 'DATE')
    return { element: { ...element, converted_type: 'DATE' }, parsers: PARSERS, toText: plainText };
  // Bytes: hyparquet reads no BSON.
  if (element.converted_type === 'BSON')
    return { element: undecorated(element), parsers: PARSERS, toText: plainText };
  const isShort = element.type === 'FLOAT' || logical?.type === 'FLOAT16';
  return { element, parsers: PARSERS, toText: isShort ? floatText : plainText };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Times become text of whole seconds; fractions are cut towards the past, as parseTime cuts them. */
const PARSERS: ParquetParsers = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (value: bigint) => timeText(value, 1000n),
  timestampFromMicroseconds: (value: bigint) => timeText(value, 1_000_000n),
  timestampFromNanoseconds: (value: bigint) => timeText(value, 1_000_000_000n),
  dateFromDays: (days: number) => timeText(BigInt(days) * BigInt(SECONDS_PER_DAY), 1n),
  stringFromBytes: utf8Text,
  jsonFromBytes: utf8Text,
};

function utf8Text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : decoder.decode(bytes);
}

function timeText(value: bigint, perSecond: bigint): string {
  const exact = BigInt(value);
  const remainder = exact % perSecond;
  const seconds = exact / perSecond - (remainder < 0n ? 1n : 0n);
  return secondsText(Number(seconds));
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
