import { type Config, FIELDS, type Field } from '../../../src/core/config/config.ts';
import { DEFAULT_READING } from '../../../src/core/config/reading.ts';
import { cleaner, DROP_REASONS, emptyAssignment, type RawRow } from '../../../src/core/history/clean.ts';
import { locateColumns } from '../../../src/core/history/columns.ts';
import { type CsvShape, findHeader } from '../../../src/core/history/csv-shape.ts';
import { LONGEST_RECORD } from '../../../src/core/history/csv-text.ts';
import { literal } from './sql/literals.ts';
import { restored, unquotedLine } from './sql/quotes.ts';
import type { Column, CubeSource } from './sql/rules.ts';
import { trimmed } from './sql/text.ts';

/** A CSV file that has a line for each record, as far as its start tells. */
export interface LineCsv {
  shape: CsvShape;
  positions: Record<Field, number>;
  /** The header as the row that ClickHouse takes it for, and why cleaning drops that. */
  header: { line: string; country: string; reason: number };
  /** Whether lines end in CRLF. */
  hasReturns: boolean;
}

/**
 * @param start the first lines of a file
 * @param complete whether that is the whole file
 * @returns null for a file of another kind: without a header or with one of several lines, with a lone CR for line ends,
 *   binary, or with a header that is a row to keep
 * @throws DataError for a missing column
 */
export function lineCsv(start: string, complete: boolean, columns: Config['columns']): LineCsv | null {
  if (start.includes('\0')) return null;
  const plain = start.replace(/^\uFEFF/, '');
  const found = findHeader(plain, complete, Object.values(columns));
  if (found === null || found.lines > 1 || /\r(?!\n)/.test(plain.slice(0, -1))) return null;
  const shape: CsvShape = { delimiter: found.delimiter, header: found.header };
  const line = plain.slice(0, found.end).trimEnd();
  const positions = locateColumns(shape.header, columns);
  const into = emptyAssignment();
  const row = FIELDS.map((field) => [field, shape.header[positions[field]] ?? '']);
  const reason = cleaner(DEFAULT_READING)(Object.fromEntries(row) as RawRow, into);
  if (reason === null) return null;
  const header = { line, country: into.country, reason: DROP_REASONS.indexOf(reason) + 1 };
  return { shape, positions, header, hasReturns: start.includes('\r\n') };
}

/**
 * What the query reads of such a file. ClickHouse gives its lines, and the query splits them: the CSV reader of ClickHouse
 * takes a row with a delimiter too many at its end for a good one, joins lines where rows may be of different lengths, and
 * is slower.
 *
 * @param lines a table function with a column `line`
 * @param checksText whether the query is to find out if the file is UTF-8
 * @param numbered whether each row is to have its `number`, which is that of its line when one thread reads
 */
export function csvSource(csv: LineCsv, lines: string, checksText: boolean, numbered = false): CubeSource {
  const { shape } = csv;
  const delimiter = literal(shape.delimiter);
  const line = lineOf(csv);
  const strange = [
    has('plain', '"'),
    has('line', '\0'),
    has('line', '\r'),
    `(length(line) > ${LONGEST_RECORD})`,
  ];
  if (checksText) strange.push('(NOT isValidUTF8(line))');
  const number = numbered ? ', number' : '';
  return {
    from: `(
SELECT line, plain, splitByChar(${delimiter}, plain) AS fields${number}
FROM (
SELECT line, if(position(line, '"') = 0, line, ${unquotedLine(shape.delimiter)}) AS plain${number}
FROM (SELECT ${line} AS line${numbered ? ', rowNumberInAllBlocks() + 1 AS number' : ''} FROM ${lines})
)
)`,
    columns: fieldColumns(csv),
    restored: (text) => restored(text, shape.delimiter),
    malformed: `length(fields) != ${shape.header.length}`,
    where: `NOT (length(fields) = 1 AND empty(${trimmed('plain')}))`,
    strange: `${strange.join(' + ')} > 0`,
    distributed: false,
  };
}

/**
 * What the query of plain rows reads: lines that need no more than to be split.
 *
 * @param lines a table function with a column `line`
 * @param empties the columns in which empty texts may be two quotes
 */
export function plainCsvSource(csv: LineCsv, lines: string, empties: ReadonlySet<number>): CubeSource {
  const line = lineOf(csv);
  return {
    from: `(
SELECT line, splitByChar(${literal(csv.shape.delimiter)}, line) AS fields
FROM (SELECT ${line} AS line FROM ${lines})
)`,
    columns: fieldColumns(csv, empties),
    restored: null,
    malformed: `length(fields) != ${csv.shape.header.length}`,
    where: null,
    strange: `${has('line', '\0')} + ${has('line', '\r')} > 0`,
    distributed: false,
  };
}

/**
 * @returns the columns in which the start of a file writes an empty text as two quotes; null where it has other quotes,
 *   or lines of more than plain fields
 */
export function quotedEmpties(start: string, { shape }: LineCsv): ReadonlySet<number> | null {
  const columns = new Set<number>();
  for (const line of start.split(/\r?\n/)) {
    if (!NOT_PLAIN.test(line)) continue;
    const fields = line.split(shape.delimiter);
    if (!fields.every(isPlainField)) return null;
    fields.forEach((field, column) => {
      if (field === EMPTY) columns.add(column);
    });
  }
  return columns;
}

/** Whether a field between delimiters stands for itself, or for an empty text. */
function isPlainField(field: string): boolean {
  return field === EMPTY || !NOT_PLAIN.test(field);
}

const EMPTY = '""';
const NOT_PLAIN = /["\0\r]/;

/** @returns the fields of a line; null for one that cannot be read on its own, or not so simply */
export function plainFields(line: string, { shape }: LineCsv): string[] | null {
  const fields = line.split(shape.delimiter);
  return fields.every(isPlainField) ? fields.map(plainText) : null;
}

/** @returns what a field of plain CSV says */
export function plainText(field: string): string {
  return field === EMPTY ? '' : field;
}

function lineOf({ hasReturns }: LineCsv): string {
  return hasReturns ? "substring(line, 1, length(line) - endsWith(line, '\\r'))" : 'line';
}

function has(text: string, character: string): string {
  return `(position(${text}, ${literal(character)}) > 0)`;
}

function fieldColumns(
  { positions }: LineCsv,
  empties: ReadonlySet<number> = new Set(),
): CubeSource['columns'] {
  const column = (field: Field): Column => ({
    kind: 'text',
    sql: positions[field] === -1 ? "''" : `fields[${positions[field] + 1}]`,
    quotesEmpty: empties.has(positions[field]),
  });
  return Object.fromEntries(FIELDS.map((field) => [field, column(field)])) as CubeSource['columns'];
}

/** Takes the header out of what a query counted. */
export function withoutHeader(rows: readonly string[][], { header }: LineCsv): string[][] {
  const country = Buffer.from(header.country).toString('hex').toUpperCase();
  return rows.flatMap((row) => {
    if (row[0] !== country || row[1] !== String(header.reason)) return [row];
    const left = Number(row[4]) - 1;
    return left === 0 ? [] : [row.with(4, String(left))];
  });
}
