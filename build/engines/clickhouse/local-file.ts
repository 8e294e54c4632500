import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import type { Config } from '../../../src/core/config/config.ts';
import { storedBytes, unpacked } from '../../read/bytes.ts';
import type { InputFile } from '../../read/file.ts';
import { columnsOf, isReadAlike } from './columns.ts';
import { csvSource, type LineCsv, lineCsv, plainCsvSource, quotedEmpties } from './csv.ts';
import type { Database } from './database.ts';
import { codeOf } from './failure.ts';
import { literal } from './sql/literals.ts';
import type { Column, CubeSource } from './sql/rules.ts';

/** How a file is to be read by ClickHouse. */
export interface FilePlan {
  source: CubeSource;
  /** Null for Parquet. */
  csv: LineCsv | null;
  /** Whether the hash is to look for bytes that are no text: in compressed ones the query does. */
  isStoredText: boolean;
  /** For a first try with the query of plain rows (sql/plain.ts); null where it is sure to fail. */
  plain: CubeSource | null;
  /** The same with the `number` of each row, for the query of the rejects. */
  numbered: CubeSource;
}

/** As much of the start of a file as is looked at to plan. */
const START = 256 * 1024;

/** The compressions that ClickHouse is told of, by the first bytes of a file: its name may say anything. */
const COMPRESSIONS: readonly (readonly [magic: string, name: string])[] = [
  ['\x1f\x8b', 'gzip'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
];

/** What stands for several files, or for one in an archive, where ClickHouse reads a path: no escape takes that away. */
const SEVERAL = /[*?{}]|::/;

/**
 * @returns null for a file that is left to the engine threads, which reads every CSV there is: a pipe, an empty
 *   file, UTF-16, a lone CR for line ends, another format, Parquet that ClickHouse refuses or may read otherwise, or a
 *   path that ClickHouse takes for those of other files
 */
export async function planFile(
  file: InputFile,
  config: Config,
  database: Database,
): Promise<FilePlan | null> {
  if (SEVERAL.test(file.path) || !(await stat(file.path)).isFile()) return null;
  const magic = await firstBytes(file.path);
  if (magic === 'PAR1') {
    const table = `file(${literal(file.path)}, 'Parquet', 'auto', 'none')`;
    return await planParquet(table, config, database).catch((error) => {
      if (codeOf(error) === null) throw error;
      return null;
    });
  }
  const compression = COMPRESSIONS.find(([start]) => magic.startsWith(start))?.[1] ?? 'none';
  const { text, complete } = await startOf(file);
  const csv = lineCsv(text, complete, config.columns);
  if (csv === null) return null;
  const table = `file(${literal(file.path)}, 'LineAsString', 'line String', '${compression}')`;
  const isStoredText = compression === 'none';
  const empties = isStoredText ? quotedEmpties(text, csv) : null;
  return {
    source: csvSource(csv, table, !isStoredText),
    numbered: csvSource(csv, table, !isStoredText, true),
    csv,
    isStoredText,
    plain: empties === null ? null : plainCsvSource(csv, table, empties),
  };
}

/** @param table a table function @returns null where a column has a type of which core may make something else */
export async function planParquet(
  table: string,
  config: Config,
  database: Database,
): Promise<FilePlan | null> {
  const described = (await database.rows(`DESCRIBE TABLE ${table}`)).map(([name = '', type = '']) => ({
    name,
    type,
  }));
  const columns = columnsOf(described, config.columns);
  if (!isReadAlike(described, config.columns)) return null;
  const texts = Object.values(columns).filter(
    (column: Column) => column.kind === 'text' && column.sql !== "''",
  );
  const source: CubeSource = {
    from: table,
    columns,
    restored: null,
    malformed: null,
    where: null,
    strange:
      texts.length === 0 ? null : `${texts.map(({ sql }) => `(NOT isValidUTF8(${sql}))`).join(' + ')} > 0`,
    distributed: false,
  };
  const numbered = { ...source, from: `(SELECT *, _row_number + 1 AS number FROM ${table})` };
  return { source, numbered, csv: null, isStoredText: false, plain: null };
}

async function firstBytes(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function startOf(file: InputFile): Promise<{ text: string; complete: boolean }> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of unpacked(storedBytes(file, createHash('sha256'), () => {}))) {
    pieces.push(piece);
    size += piece.length;
    if (size >= START) return { text: Buffer.concat(pieces).toString('utf8'), complete: false };
  }
  return { text: Buffer.concat(pieces).toString('utf8'), complete: true };
}
