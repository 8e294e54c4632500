import { FIELDS } from '../../../src/core/config/config.ts';
import { DEFAULT_READING } from '../../../src/core/config/reading.ts';
import { Cube, type CubeLayout, qualityOf } from '../../../src/core/cube/cube.ts';
import { RowCounter } from '../../../src/core/cube/row-counter.ts';
import { DROP_REASONS, type RawRow } from '../../../src/core/history/clean.ts';
import { type LineCsv, plainFields, plainText } from './csv.ts';
import { addGroups, type CountedGroup, type CountedRows } from './result.ts';
import { RARE, REASON_BITS } from './sql/plain.ts';

const MISSING_COUNTRY = DROP_REASONS.indexOf('missing_country_code') + 1;
const NEGATIVE_DAYS = DROP_REASONS.indexOf('negative_days_between_orders') + 1;

/**
 * Adds up the rows of plainQuery (sql/plain.ts) in core's cube; core itself reads the lines that the query has left.
 *
 * @returns null for a file with lines that cannot be read on their own
 */
export function countPlain(rows: readonly string[][], csv: LineCsv, layout: CubeLayout): CountedRows | null {
  const counter = new RowCounter(DEFAULT_READING, new Cube(layout), null);
  const { cube } = counter;
  const left = new Map<string, number>();
  const groups: CountedGroup[] = [];
  for (const row of rows) {
    const [line = '', , , code, count] = row;
    if (Number(code) === RARE) left.set(line, Number(count));
    else groups.push(groupOf(row));
  }
  addGroups(cube, groups);
  const header = [...left.keys()].find((line) => line.replace(/^\uFEFF/, '') === csv.header.line);
  if (header === undefined) return null;
  left.set(header, (left.get(header) ?? 0) - 1);
  for (const [line, count] of left) if (!countLine(line, count, csv, counter)) return null;
  return { cube, rows: qualityOf(cube.countries.values()).rows_read };
}

function groupOf([, country = '', amount = '', text, count, first, last]: readonly string[]): CountedGroup {
  const code = Number(text);
  const reason = code % 2 ** REASON_BITS;
  const group = Math.floor(code / 2 ** REASON_BITS);
  const spelling = plainText(country).trim();
  const isMissing = spelling === '' && (reason === 0 || reason === NEGATIVE_DAYS);
  const rows = Number(count);
  return {
    country: spelling,
    reason: isMissing ? MISSING_COUNTRY : reason,
    group: Math.floor(group / 2),
    amount: plainText(amount).trim(),
    rows,
    filled: group % 2 === 1 ? rows : 0,
    first: Number(first),
    last: Number(last),
  };
}

/** @returns false for a line that cannot be read on its own */
function countLine(line: string, count: number, csv: LineCsv, counter: RowCounter): boolean {
  const fields = plainFields(line, csv);
  if (fields === null) return false;
  if (fields.length === 1 && fields[0]?.trim() === '') return true;
  const isMalformed = fields.length !== csv.shape.header.length;
  const row = Object.fromEntries(
    FIELDS.map((field) => [field, fields[csv.positions[field]] ?? '']),
  ) as RawRow;
  for (let copy = 0; copy < count; copy++) {
    if (isMalformed)
      counter.onMalformed({ text: line, fields, found: fields.length, expected: csv.shape.header.length }, 0);
    else counter.onRow(row, 0);
  }
  return true;
}
