import { open } from 'node:fs/promises';
import { parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { isFlatColumn } from 'hyparquet/src/schema.js';
import type { FileMetaData, RowGroup, SchemaTree } from 'hyparquet/src/types.js';
import type { RawRow } from '../../src/core/clean.ts';
import { locateColumns } from '../../src/core/columns.ts';
import { FIELDS, type Field } from '../../src/core/config.ts';
import { DataError } from '../../src/core/errors.ts';
import type { InputFile } from './file.ts';
import { HashedFile } from './hashed-file.ts';
import { ParquetColumn } from './parquet-column.ts';
import type { Reading } from './source.ts';

/**
 * Reads Parquet: row group by row group, the needed columns of each as stored, and of these one page at a time.
 *
 * @returns the SHA-256 of the file, in hexadecimal
 */
export async function readParquet(file: InputFile, reading: Reading): Promise<string> {
  const handle = await open(file.path);
  try {
    const { size } = await handle.stat();
    const bytes = new HashedFile(handle, size, reading.onBytes);
    const metadata = await decoding(() =>
      parquetMetadataAsync(
        { byteLength: size, slice: (start, end = size) => bytes.peek(start, end) },
        { geoparquet: false },
      ),
    );
    await readRowGroups(metadata, bytes, reading);
    return await bytes.digest();
  } finally {
    await handle.close();
  }
}

async function readRowGroups(metadata: FileMetaData, bytes: HashedFile, reading: Reading): Promise<void> {
  const schema = await decoding(() => parquetSchema(metadata));
  const fields = neededColumns(schema, reading);
  const row = Object.fromEntries(FIELDS.map((field) => [field, ''])) as RawRow;
  let before = 0;
  for (const group of metadata.row_groups) {
    const columns = await openColumns(group, fields, schema, bytes);
    const rows = await readRows(columns, row, before, reading);
    if (rows !== Number(group.num_rows)) {
      throw new DataError(`expected ${group.num_rows} rows in a row group, found ${rows}: it is damaged`);
    }
    before += rows;
  }
}

/** The fields that the file has, each with the node of its column. */
function neededColumns(
  schema: SchemaTree,
  { columns }: Reading,
): Map<string, { field: Field; node: SchemaTree }[]> {
  const positions = locateColumns(
    schema.children.map(({ element }) => element.name.trim()),
    columns,
  );
  const needed = new Map<string, { field: Field; node: SchemaTree }[]>();
  for (const field of FIELDS) {
    const node = schema.children[positions[field]];
    if (node === undefined) continue;
    if (!isFlatColumn([schema, node])) {
      throw new DataError(
        `expected one value in each row of column "${columns[field]}", found a nested column`,
      );
    }
    needed.set(node.element.name, [...(needed.get(node.element.name) ?? []), { field, node }]);
  }
  return needed;
}

/** Reads the stored bytes of the needed columns of a row group, in the order in which the file has them. */
async function openColumns(
  group: RowGroup,
  needed: ReturnType<typeof neededColumns>,
  schema: SchemaTree,
  bytes: HashedFile,
): Promise<{ fields: Field[]; column: ParquetColumn }[]> {
  const chunks = group.columns.flatMap(({ meta_data: chunk, file_path }) => {
    if (file_path || chunk === undefined) throw new DataError('its columns are in other files or encrypted');
    const fields = chunk.path_in_schema.length === 1 ? needed.get(chunk.path_in_schema[0] ?? '') : undefined;
    const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    return fields ? [{ chunk, fields, start, end: start + Number(chunk.total_compressed_size) }] : [];
  });
  const opened: { fields: Field[]; column: ParquetColumn }[] = [];
  for (const { chunk, fields, start, end } of chunks.sort((a, b) => a.start - b.start)) {
    const node = fields[0]?.node;
    if (node === undefined) continue;
    const column = new ParquetColumn(await bytes.read(start, end), chunk, [schema, node], node.element);
    opened.push({ fields: fields.map(({ field }) => field), column });
  }
  if (opened.length < needed.size) throw new DataError('a row group lacks a column: it is damaged');
  return opened;
}

/** @returns the rows read */
async function readRows(
  columns: readonly { fields: Field[]; column: ParquetColumn }[],
  row: RawRow,
  before: number,
  { onRow, onBatch }: Reading,
): Promise<number> {
  let rows = 0;
  for (;;) {
    const batch = await decoding(() =>
      Math.min(ROWS_AT_A_TIME, ...columns.map(({ column }) => column.available())),
    );
    for (let left = batch; left > 0; left--) {
      for (const { fields, column } of columns) {
        const value = column.next();
        for (const field of fields) row[field] = value;
      }
      rows++;
      onRow(row, before + rows);
    }
    await onBatch();
    if (batch === 0) return rows;
  }
}

const ROWS_AT_A_TIME = 8192;

/** What hyparquet throws for a damaged file is of many kinds, and tells a user nothing alone. */
async function decoding<T>(decode: () => T | Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof DataError || !(error instanceof Error) || 'syscall' in error) throw error;
    throw new DataError(`it cannot be read as Parquet: it is cut short or damaged (${error.message})`, {
      cause: error,
    });
  }
}
