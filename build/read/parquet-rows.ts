import { parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { isFlatColumn } from 'hyparquet/src/schema.js';
import type { FileMetaData, RowGroup, SchemaElement, SchemaTree } from 'hyparquet/src/types.js';
import { entry } from '../../src/core/entry.ts';
import { DataError } from '../../src/core/errors.ts';
import { MISSING } from '../../src/core/missing.ts';
import type { CsvBytes } from './csv-bytes.ts';
import type { InputFile } from './file.ts';
import { MOST_TAKEN, ParquetColumn } from './parquet-column.ts';
import type { NumberColumn } from './parquet-numbers.ts';
import { Slices } from './slices.ts';
import { openStored } from './stored.ts';

/** What a reader of Parquet is given to hand its rows to. */
interface ParquetReading {
  /** @param names of all columns, trimmed @returns what goes to each place of a row */
  choose(names: readonly string[]): readonly Choice[];
  /** Receives each row, always in the same object for a row group, with its number from 1. */
  onRow(row: ParquetRow, number: number): void;
  onBytes(bytes: number): void;
  onBatch(): Promise<void>;
}

/** The position of a column, -1 for none, and what it is read for, where that is numbers. */
interface Choice {
  position: number;
  numbers?: NumberColumn | undefined;
}

/**
 * Reads Parquet: row group by row group, the chosen columns of each as stored, and of these one page at a time.
 *
 * @returns the SHA-256 of what was read of an address, in hexadecimal; null for a file of this machine
 */
export async function readParquetRows(file: InputFile, reading: ParquetReading): Promise<string | null> {
  const stored = await openStored(file);
  try {
    const size = await stored.size();
    const bytes = new Slices(stored, size, reading.onBytes);
    const metadata = await decoding(() =>
      parquetMetadataAsync(
        {
          byteLength: size,
          slice: async (start, end = size) => entry(await bytes.read([{ start, end }]), 0),
        },
        { geoparquet: false },
      ),
    );
    await readRowGroups(metadata, bytes, reading);
    return bytes.end();
  } finally {
    await stored.close();
  }
}

async function readRowGroups(metadata: FileMetaData, bytes: Slices, reading: ParquetReading): Promise<void> {
  const schema = await decoding(() => parquetSchema(metadata));
  if (schema.children.some(({ element }) => typeof element.name !== 'string')) {
    throw new DataError('a column has no name: it is damaged');
  }
  const chosen = chosenColumns(schema, reading);
  let before = 0;
  for (const group of metadata.row_groups) {
    const columns = await openColumns(group, chosen, bytes);
    const expected = Number(group.num_rows);
    const rows = await readRows(columns, before, expected, reading);
    if (rows !== expected) {
      throw new DataError(`expected ${expected} rows in a row group, found ${rows}: it is damaged`);
    }
    before += rows;
  }
}

/** Types that are no text, number or time. */
const NO_VALUE: ReadonlySet<string> = new Set(['INTERVAL', 'GEOMETRY', 'GEOGRAPHY']);

/** A column that was chosen, as the schema has it, and what it is read for, where that is numbers. */
interface Chosen extends Pick<Choice, 'numbers'> {
  element: SchemaElement;
}

/** @returns what goes to each place of a row; null for no column */
function chosenColumns(schema: SchemaTree, reading: ParquetReading): (Chosen | null)[] {
  const choices = reading.choose(schema.children.map(({ element }) => element.name.trim()));
  return choices.map(({ position, numbers }) => {
    const node = schema.children[position];
    if (node === undefined) return null;
    const { element } = node;
    const { name, converted_type, logical_type } = element;
    const type = [converted_type, logical_type?.type].find((type) => type && NO_VALUE.has(type));
    if (!type && isFlatColumn([schema, node])) return { element, numbers };
    const found = type ?? 'a nested column';
    throw new DataError(
      `expected one value in each row of column "${name.trim()}", found ${found}: export its parts as columns, or leave it out`,
    );
  });
}

/** Reads the stored bytes of the chosen columns of a row group. @returns the column of each place of a row; null for none */
async function openColumns(
  group: RowGroup,
  chosen: readonly (Chosen | null)[],
  bytes: Slices,
): Promise<(ParquetColumn | null)[]> {
  const wanted = new Map(chosen.flatMap((one) => (one === null ? [] : [[one.element.name, one] as const])));
  const chunks = group.columns.flatMap(({ meta_data: chunk, file_path }) => {
    if (file_path || chunk === undefined) throw new DataError('its columns are in other files or encrypted');
    const own = chunk.path_in_schema.length === 1 ? wanted.get(chunk.path_in_schema[0] ?? '') : undefined;
    const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    return own ? [{ chunk, own, start, end: start + Number(chunk.total_compressed_size) }] : [];
  });
  chunks.sort((a, b) => a.start - b.start);
  if (chunks.length < wanted.size) throw new DataError('a row group lacks a column: it is damaged');
  const slices = await bytes.read(chunks);
  const columns = chunks.map(({ chunk, own: { element, numbers } }, at) => {
    const column = new ParquetColumn(entry(slices, at), chunk, element, numbers);
    return [element.name, column] as const;
  });
  const byName = new Map(columns);
  return chosen.map((one) => byName.get(one?.element.name ?? '') ?? null);
}

/** The row that was read last: one object for all rows of a row group. Nothing is made of a value before it is asked for. */
export class ParquetRow {
  readonly #columns: readonly (ParquetColumn | null)[];
  /** The row among those that were taken. */
  #row = -1;

  /** @param columns of each place */
  constructor(columns: readonly (ParquetColumn | null)[]) {
    this.#columns = columns;
  }

  /** Passes to a row of those that were taken. */
  passTo(row: number): void {
    this.#row = row;
  }

  /** @returns what is in a place as text; "" for nothing */
  text(at: number): string {
    return this.#columns[at]?.text(this.#row) ?? '';
  }

  /** @returns what is in a place that is read for numbers; MISSING for nothing */
  number(at: number): number {
    return this.#columns[at]?.numbers[this.#row] ?? MISSING;
  }

  /** @returns the text of all places */
  texts(): string[] {
    return this.#columns.map((_, at) => this.text(at));
  }

  /** Writes the row as a record of CSV, with commas, and what ends it. */
  write(into: CsvBytes, ending: DataView): void {
    const columns = this.#columns;
    for (let at = 0; at < columns.length; at++) {
      if (at > 0) into.comma();
      columns[at]?.write(this.#row, into);
    }
    into.copy(ending, 0, ending.byteLength);
  }
}

/** @param expected a damaged page may claim billions of rows: reading ends when there are more @returns the rows read */
async function readRows(
  places: readonly (ParquetColumn | null)[],
  before: number,
  expected: number,
  { onRow, onBatch }: ParquetReading,
): Promise<number> {
  const row = new ParquetRow(places);
  const columns = [...new Set(places)].filter((column) => column !== null);
  let rows = 0;
  for (;;) {
    const batch = await decoding(() => Math.min(MOST_TAKEN, ...columns.map((column) => column.available())));
    for (const column of columns) column.take(batch);
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
