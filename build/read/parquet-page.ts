import { convert } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage } from 'hyparquet/src/datapage.js';
import type {
  ColumnDecoder,
  DataPageHeader,
  DecodedArray,
  Encoding,
  PageHeader,
} from 'hyparquet/src/types.js';
import { DataError } from '../../src/core/errors.ts';
import { viewOf } from './csv-bytes.ts';

/** The values of a page as stored: places in the dictionary, numbers, bytes in a row, or what hyparquet makes of them. */
export type PageValues =
  | { kind: 'places'; places: Uint8Array | Uint16Array | Uint32Array }
  | { kind: 'int64' | 'int32' | 'double'; view: DataView }
  | { kind: 'flags'; flags: Uint8Array }
  | { kind: 'bytes'; bytes: Buffer; view: DataView }
  | { kind: 'converted'; values: DecodedArray };

/** A page of a column that is not nested, decompressed. */
export interface Page {
  rows: number;
  /** For each row 1 where it has a value; null where all have one. */
  present: Uint8Array | null;
  values: PageValues;
}

/** How the values of a column are stored that are read where they are, without an object for each. */
export type Storage = Exclude<PageValues['kind'], 'places'>;

const SIZES = { int64: 8, int32: 4, double: 8 } as const;

/**
 * Decodes a page of data. Which rows have a value is read here, also for hyparquet, which would believe a damaged page that
 * a run of them goes on for billions.
 *
 * @param compressed its bytes
 * @param dictionary the number of values in the dictionary
 */
export function decodePage(
  compressed: Uint8Array,
  header: PageHeader,
  decoder: ColumnDecoder,
  storage: Storage,
  dictionary: number,
): Page {
  const { data_page_header: first, data_page_header_v2: second } = header;
  const { num_values: rows, encoding } = first ?? second ?? { num_values: 0, encoding: undefined };
  if (encoding === undefined)
    throw new DataError(`a page of ${header.type} says nothing of its values: it is damaged`);
  const { present, body } = first
    ? splitFirst(decompressed(compressed, header, decoder), rows, decoder)
    : splitSecond(compressed, header, rows, decoder);
  let count = rows;
  for (const one of present ?? []) count -= 1 - one;
  const values = encoding.endsWith('_DICTIONARY')
    ? readPlaces(viewOf(body), count, dictionary)
    : (storedValues(body, encoding, storage, count) ??
      decodedValues(body, encoding, decoder, storage, count));
  return { rows, present, values };
}

/** Which rows have a value (null for all of them), and the values. */
type Split = Pick<Page, 'present'> & { body: Uint8Array };

/** Splits a page of the first kind, which begins with the length of the bits. */
function splitFirst(page: Uint8Array, rows: number, { element }: ColumnDecoder): Split {
  if (element.repetition_type === 'REQUIRED') return { present: null, body: page };
  const length = viewOf(page).getUint32(0, true);
  return { present: readPresent(page.subarray(4, 4 + length), rows), body: page.subarray(4 + length) };
}

/** Splits a page of the second kind, in which the bits are not compressed. */
function splitSecond(bytes: Uint8Array, header: PageHeader, rows: number, decoder: ColumnDecoder): Split {
  const {
    definition_levels_byte_length: length = 0,
    repetition_levels_byte_length: before = 0,
    is_compressed,
  } = header.data_page_header_v2 ?? {};
  const start = before + length;
  if (!(length >= 0 && before >= 0 && start <= bytes.length)) {
    throw new DataError('the header of a page does not fit what follows it: it is damaged');
  }
  const rest = bytes.subarray(start);
  const uncompressed_page_size = Number(header.uncompressed_page_size) - start;
  return {
    present: length === 0 ? null : readPresent(bytes.subarray(before, start), rows),
    body: is_compressed === false ? rest : decompressed(rest, { uncompressed_page_size }, decoder),
  };
}

function decompressed(
  bytes: Uint8Array,
  { uncompressed_page_size: size }: Pick<PageHeader, 'uncompressed_page_size'>,
  { codec, compressors }: ColumnDecoder,
): Uint8Array {
  if (bytes.length === 0) return bytes;
  return decompressPage(bytes, Number(size), codec, compressors);
}

/** @returns values where they are, not copied, which would take their memory twice; null for those left to hyparquet */
function storedValues(
  bytes: Uint8Array,
  encoding: Encoding,
  storage: Storage,
  count: number,
): PageValues | null {
  const view = viewOf(bytes);
  if (storage === 'flags' && (encoding === 'PLAIN' || encoding === 'RLE')) {
    const flags = new Uint8Array(count);
    if (encoding === 'RLE') readRuns(view, 4, 1, flags);
    else for (let at = 0; at < count; at++) flags[at] = (view.getUint8(at >> 3) >> (at & 7)) & 1;
    return { kind: storage, flags };
  }
  if (encoding !== 'PLAIN' || storage === 'converted' || storage === 'flags') return null;
  if (storage === 'bytes')
    return { kind: storage, view, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  if (bytes.byteLength < count * SIZES[storage])
    throw new DataError('a page ends before its values do: it is damaged');
  return { kind: storage, view };
}

function decodedValues(
  bytes: Uint8Array,
  encoding: Encoding,
  decoder: ColumnDecoder,
  storage: Storage,
  count: number,
): PageValues {
  const header = { num_values: count, encoding } as DataPageHeader;
  const { dataPage } = readDataPage(bytes, header, decoder);
  if (dataPage.length === count) return valuesOf(dataPage, decoder, storage);
  throw new DataError(`expected ${count} values in a page, found ${dataPage.length}: it is damaged`);
}

/** @returns values that hyparquet decoded, as they are if they are numbers of their own type */
export function valuesOf(data: DecodedArray, decoder: ColumnDecoder, storage: Storage): PageValues {
  const isStored =
    (storage === 'int64' && data instanceof BigInt64Array) ||
    (storage === 'int32' && data instanceof Int32Array) ||
    (storage === 'double' && data instanceof Float64Array);
  if (!isStored) return { kind: 'converted', values: convert(data, decoder) };
  return { kind: storage, view: viewOf(data) };
}

/** Which rows have a value: a bit each, where the column may lack some. */
function readPresent(bytes: Uint8Array, rows: number): Uint8Array | null {
  const present = new Uint8Array(rows);
  readRuns(viewOf(bytes), 0, 1, present);
  return present.includes(0) ? present : null;
}

/** Places begin with their width. */
function readPlaces(view: DataView, count: number, dictionary: number): PageValues {
  const places =
    dictionary <= 0x100
      ? new Uint8Array(count)
      : dictionary <= 0x1_0000
        ? new Uint16Array(count)
        : new Uint32Array(count);
  const width = count === 0 ? 0 : view.getUint8(0);
  if (width > 0) readRuns(view, 1, width, places);
  return { kind: 'places', places };
}

/** The widest numbers that runs are read of: a dictionary of 16 million values. */
const WIDEST = 24;

/**
 * Reads numbers of some bits each, in runs of one number and runs of packed ones ("RLE/bit-packing hybrid" of the format),
 * until the array is full. Runs of a damaged page may say that they go on for billions.
 */
function readRuns(
  view: DataView,
  start: number,
  width: number,
  into: Uint8Array | Uint16Array | Uint32Array,
): void {
  if (width > WIDEST)
    throw new DataError(`expected at most ${WIDEST} bits for a value, found ${width}: it is damaged`);
  let offset = start;
  const mask = 2 ** width - 1;
  for (let filled = 0; filled < into.length; ) {
    let header = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80 && shift < 35; shift += 7) {
      byte = view.getUint8(offset++);
      header += (byte & 0x7f) * 2 ** shift;
    }
    const run = Math.floor(header / 2);
    if (header % 2 === 0) {
      let value = 0;
      for (let shift = 0; shift < width; shift += 8) value += view.getUint8(offset++) * 2 ** shift;
      const end = Math.min(into.length, filled + run);
      into.fill(value, filled, end);
      filled = end;
      continue;
    }
    const end = Math.min(into.length, filled + run * 8);
    const next = offset + run * width;
    for (let bits = 0, buffer = 0; filled < end; filled++) {
      for (; bits < width; bits += 8) buffer |= view.getUint8(offset++) << bits;
      into[filled] = buffer & mask;
      buffer >>>= width;
      bits -= width;
    }
    offset = next;
  }
}
