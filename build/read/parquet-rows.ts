import { parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { isFlatColumn } from 'hyparquet/src/schema.js';
import type { FileMetaData, RowGroup, SchemaTree } from 'hyparquet/src/types.js';
import { entry } from '../../src/core/entry.ts';
import { DataError } from '../../src/core/errors.ts';
import { MISSING } from '../../src/core/missing.ts';
import type { CsvBytes } from './csv-bytes.ts';
import type { InputFile } from './file.ts';
import { HashedFile } from './hashed-file.ts';
import { type ColumnUse, MOST_TAKEN, ParquetColumn } from './parquet-column.ts';
import { openStored } from './stored.ts';

/** What a reader of Parquet is given to hand its rows to. */
interface ParquetReading {
  /** @param names of all columns, trimmed @returns what goes to each place of a row */
  choose(names: readonly string[]): readonly Choice[];
  /** Receives each row, always in the same object for a row group, with its number from 1. */
  onRow(row: ParquetRow, number: number): void;
  /** Whether the file is not hashed, which takes as long as unpacking it. */
  unhashed?: boolean;
  onBytes(bytes: number): void;
  onBatch(): Promise<void>;
}

/** The position of a column, -1 for none, and what it is read for. */
interface Choice {
  position: number;
  use: ColumnUse;
}

/**
 * Reads Parquet: row group by row group, the chosen columns of each as stored, and of these one page at a time.
 *
 * @returns the SHA-256 of the file, in hexadecimal; of no bytes where it is not to be hashed
 */
export async function readParquetRows(file: InputFile, reading: ParquetReading): Promise<string> {
  const stored = await openStored(file);
  try {
    const size = await stored.size();
    const bytes = new HashedFile(stored, size, reading.onBytes, reading.unhashed);
    const metadata = await decoding(() =>
      parquetMetadataAsync(
        { byteLength: size, slice: (start, end = size) => bytes.peek(start, end) },
        { geoparquet: false },
      ),
    );
    await readRowGroups(metadata, bytes, reading);
    return await bytes.digest();
  } finally {
    await stored.close();
  }
}

async function readRowGroups(
  metadata: FileMetaData,
  bytes: HashedFile,
  reading: ParquetReading,
): Promise<void> {
  const schema = await decoding(() => parquetSchema(metadata));
  if (schema.children.some(({ element }) => typeof element.name !== 'string')) {
    throw new DataError('a column has no name: it is damaged');
  }
  const chosen = chosenColumns(schema, reading);
  let before = 0;
  for (const group of metadata.row_groups) {
    const columns = await openColumns(group, chosen, schema, bytes);
    const expected = Number(group.num_rows);
    const rows = await readRows(columns, before, expected, reading);
    if (rows !== expected) {
      throw new DataError(`expected ${expected} rows in a row group, found ${rows}: it is damaged`);
    }
    before += rows;
  }
}

/** A column that was chosen: where its values go, what they are read for, and its node of the schema. */
interface Chosen {
  to: number[];
  use: ColumnUse;
  node: SchemaTree;
}

/** Types that are no text, number or time. */
const NO_VALUE: ReadonlySet<string> = new Set(['INTERVAL', 'GEOMETRY', 'GEOGRAPHY']);

/** The chosen columns by the names that the file has for them. */
function chosenColumns(schema: SchemaTree, reading: ParquetReading): Map<string, Chosen> {
  const choices = reading.choose(schema.children.map(({ element }) => element.name.trim()));
  const chosen = new Map<string, Chosen>();
  choices.forEach(({ position, use }, index) => {
    const node = schema.children[position];
    if (node === undefined) return;
    const { name, converted_type, logical_type } = node.element;
    const type = [converted_type, logical_type?.type].find((type) => type && NO_VALUE.has(type));
    if (type || !isFlatColumn([schema, node])) {
      const found = type ?? 'a nested column';
      throw new DataError(
        `expected one value in each row of column "${name.trim()}", found ${found}: export its parts as columns, or leave it out`,
      );
    }
    const before = chosen.get(name);
    if (before) before.to.push(index);
    else chosen.set(name, { to: [index], use, node });
  });
  return chosen;
}

/** Reads the stored bytes of the chosen columns of a row group, in the order in which the file has them. */
async function openColumns(
  group: RowGroup,
  chosen: ReadonlyMap<string, Chosen>,
  schema: SchemaTree,
  bytes: HashedFile,
): Promise<OpenColumn[]> {
  const chunks = group.columns.flatMap(({ meta_data: chunk, file_path }) => {
    if (file_path || chunk === undefined) throw new DataError('its columns are in other files or encrypted');
    const own = chunk.path_in_schema.length === 1 ? chosen.get(chunk.path_in_schema[0] ?? '') : undefined;
    const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    return own ? [{ chunk, own, start, end: start + Number(chunk.total_compressed_size) }] : [];
  });
  chunks.sort((a, b) => a.start - b.start);
  if (chunks.length < chosen.size) throw new DataError('a row group lacks a column: it is damaged');
  const slices = await bytes.read(chunks);
  return chunks.map(({ chunk, own: { to, use, node } }, at) => {
    const column = new ParquetColumn(entry(slices, at), chunk, [schema, node], node.element, use);
    return { to, use, column };
  });
}

interface OpenColumn extends Pick<Chosen, 'to' | 'use'> {
  column: ParquetColumn;
}

/** A place of a row, and the column that its values come from; a column may have several. */
interface Place {
  at: number;
  column: ParquetColumn;
}

/** The row that was read last: one object for all rows of a row group. */
export class ParquetRow {
  /** Of the columns that are read for text, each in its place; of the others as {@link all} left it. */
  readonly texts: string[];
  /** Of the columns that are read for numbers. */
  readonly numbers: number[];
  readonly #columns: readonly ParquetColumn[];
  /** The places that are read for text, for numbers, and when they are asked for; and the column of each place, in order. */
  readonly #textual: readonly Place[];
  readonly #numeric: readonly Place[];
  readonly #later: readonly Place[];
  readonly #inOrder: readonly (ParquetColumn | undefined)[];
  /** The row among those that were taken. */
  #row = -1;

  constructor(columns: readonly OpenColumn[]) {
    const placesOf = (isMeant: (use: ColumnUse) => boolean): Place[] =>
      columns.filter(({ use }) => isMeant(use)).flatMap(({ to, column }) => to.map((at) => ({ at, column })));
    this.#columns = columns.map(({ column }) => column);
    this.#textual = placesOf((use) => use === 'text');
    this.#numeric = placesOf((use) => typeof use !== 'string');
    this.#later = placesOf((use) => use !== 'text');
    const width = columns.reduce((most, { to }) => Math.max(most, ...to), -1) + 1;
    this.texts = Array(width).fill('');
    this.numbers = Array(width).fill(MISSING);
    this.#inOrder = this.texts.map((_, at) => columns.find(({ to }) => to.includes(at))?.column);
  }

  /** Takes the next rows of all columns. */
  take(rows: number): void {
    for (const column of this.#columns) column.take(rows);
  }

  /** Passes to a row of those that were taken. */
  passTo(row: number): void {
    this.#row = row;
    for (const { at, column } of this.#textual) this.texts[at] = column.text(row);
    for (const { at, column } of this.#numeric) this.numbers[at] = column.numbers[row] ?? MISSING;
  }

  /** @returns the text of all columns, always in the same array */
  all(): readonly string[] {
    for (const { at, column } of this.#later) this.texts[at] = column.text(this.#row);
    return this.texts;
  }

  /** Writes the row as a record of CSV, with commas, and what ends it. */
  write(into: CsvBytes, ending: DataView): void {
    const columns = this.#inOrder;
    for (let at = 0; at < columns.length; at++) {
      if (at > 0) into.comma();
      columns[at]?.write(this.#row, into);
    }
    into.copy(ending, 0, ending.byteLength);
  }
}

/** @param expected a damaged page may claim billions of rows: reading ends when there are more @returns the rows read */
async function readRows(
  columns: readonly OpenColumn[],
  before: number,
  expected: number,
  { onRow, onBatch }: ParquetReading,
): Promise<number> {
  const row = new ParquetRow(columns);
  let rows = 0;
  for (;;) {
    const batch = await decoding(() =>
      Math.min(MOST_TAKEN, ...columns.map(({ column }) => column.available())),
    );
    row.take(batch);
    for (let at = 0; at < batch; at++) {
      row.passTo(at);
      onRow(row, before + rows + at + 1);
    }
    rows += batch;
    await onBatch();
    if (batch === 0 || rows > expected) return rows;
  }
}

/** What hyparquet throws for a damaged file is of many kinds, and tells a user nothing alone. */
async function decoding<T>(decode: () => T | Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof DataError || !(error instanceof Error) || 'syscall' in error) throw error;
    // A TypeError is about the library's own code.
    const why = error instanceof TypeError ? '' : ` (${error.message})`;
    // Columns that are encrypted have a description of a kind that nothing else has.
    const encrypted = error.message.startsWith('thrift unhandled type')
      ? ', or its columns are encrypted'
      : '';
    throw new DataError(`it cannot be read as Parquet: it is cut short or damaged${encrypted}${why}`, {
      cause: error,
    });
  }
}
