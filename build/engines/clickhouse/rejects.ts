import Papa from 'papaparse';
import { FIELDS } from '../../../src/core/config/config.ts';
import type { CubeLayout } from '../../../src/core/cube/cube.ts';
import { DROP_REASONS, type DropReason, type RawRow } from '../../../src/core/history/clean.ts';
import type { RejectSink } from '../engine.ts';
import type { Database } from './database.ts';
import type { FilePlan } from './local-file.ts';
import { rejectsQuery } from './sql/rejects.ts';

/** One thread reads the rows in their order; a filter that is moved ahead would have them counted after it. */
const IN_ORDER = [
  'max_threads = 1',
  'max_parsing_threads = 1',
  'input_format_parquet_preserve_order = 1',
  'query_plan_filter_push_down = 0',
  'optimize_move_to_prewhere = 0',
].join(', ');

/**
 * Writes the rows of a file that are dropped, with a query of its own, as the stream engine would: the same lines with the
 * same fields. All of them are in memory at once.
 */
export async function writeRejects(
  name: string,
  { numbered, csv }: FilePlan,
  layout: CubeLayout,
  database: Database,
  rejects: RejectSink,
): Promise<void> {
  const rows = await database.rows(rejectsQuery(numbered, layout, csv !== null), IN_ORDER);
  let skipsHeader = csv !== null;
  for (const [number, code, isMissing, ...values] of rows) {
    if (skipsHeader) {
      skipsHeader = false;
      continue;
    }
    const reason = reasonOf(DROP_REASONS[Number(code) - 1], isMissing === '1');
    const fields = csv === null ? values : fieldsOf(values[0] ?? '', csv.shape.delimiter);
    const isMalformed = reason === 'malformed_row';
    rejects.write({
      file: name,
      line: Number(number),
      reason,
      row: isMalformed ? null : rowOf(fields, csv?.positions ?? null, numbered.columns),
      malformed: isMalformed ? fields : null,
    });
    await rejects.drained();
  }
}

/** A missing country comes before the order of the two times, and after all else. */
function reasonOf(reason: DropReason | undefined, isMissing: boolean): DropReason {
  const isEarlier = reason !== undefined && reason !== 'negative_days_between_orders';
  return isMissing && !isEarlier ? 'missing_country_code' : (reason ?? 'missing_country_code');
}

function fieldsOf(line: string, delimiter: string): readonly string[] {
  if (!line.includes('"')) return line.split(delimiter);
  // Papaparse takes one byte order mark away, which within a file would be one of the line.
  return Papa.parse<string[]>(`\uFEFF${line}`, { delimiter, newline: '\n' }).data[0] ?? [];
}

/** @param positions of the fields in a line of CSV; null where they come in the order of FIELDS */
function rowOf(
  fields: readonly string[],
  positions: Record<keyof RawRow, number> | null,
  columns: FilePlan['source']['columns'],
): RawRow {
  const row = FIELDS.map((field, index) => {
    const text = fields[positions === null ? index : positions[field]] ?? '';
    return [field, text === '' ? text : (columns[field].shown?.(text) ?? text)];
  });
  return Object.fromEntries(row) as RawRow;
}
