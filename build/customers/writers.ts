import { DECISION_FIELDS } from '../../src/core/decide/decision.ts';
import type { Decision } from '../../src/core/decide/schema.ts';
import { DataError } from '../../src/core/errors.ts';
import { shown } from '../../src/core/shown.ts';
import { csvFields } from '../files/csv.ts';
import type { CsvBytes } from '../read/csv-bytes.ts';
import { type CustomerColumns, type CustomerRecord, customerPlace } from './record.ts';
import type { AddedFields } from './tally.ts';

/** A column that scoring adds: its name, and what of a decision it holds. */
interface AddedColumn {
  name: string;
  of: keyof Decision;
}

/**
 * The columns that scoring adds after those of the input, named as in an answer of the API. A segment_name that the
 * input has stays the only one. Otherwise no name may be there twice. There is a currency only where the config names
 * one.
 *
 * @param names the columns of the input
 * @param own whether each customer has a segment_name of its own
 * @param hasCurrency whether the config names a currency
 * @param prefix put in front of the added names
 * @throws DataError that names a column which is there already
 */
export function addedColumns(
  names: readonly string[],
  { own, hasCurrency }: { own: boolean; hasCurrency: boolean },
  prefix: string,
): AddedColumn[] {
  const left = [...(own ? ['segment_name'] : []), ...(hasCurrency ? [] : ['currency'])];
  const added = DECISION_FIELDS.filter((column) => !left.includes(column)).map((column) => ({
    name: prefix + column,
    of: column,
  }));
  const taken = added.find(({ name }) => names.includes(name));
  if (taken === undefined) return added;
  throw new DataError(
    `expected no column ${shown(taken.name)}, which scoring adds: rename it, or give the added columns another name ` +
      'with --prefix, such as --prefix offer_',
  );
}

/** How a scored customer is written. */
export interface RecordWriter {
  /** The first line of the file; "" where the format has none. */
  header: string;
  /**
   * Writes all that the input says of a customer, and what is added.
   *
   * @param ending of the decision
   * @throws DataError for what the format cannot hold
   */
  write(into: CsvBytes, record: CustomerRecord, ending: AddedFields, line: number): void;
  /** What is added for a decision, with the line end. */
  ending(decision: Decision): string;
}

/** CSV with the delimiter of the input, whose records stay as they were written. */
export function csvWriter(
  { names, delimiter }: CustomerColumns,
  added: readonly AddedColumn[],
): RecordWriter {
  const line = (fields: readonly string[]) => csvFields(fields, delimiter);
  return {
    header: `${line([...names, ...added.map(({ name }) => name)])}\n`,
    write(into, record, ending, number) {
      if (record.writeCsv !== undefined) {
        record.writeCsv(into, ending.bytes);
        return;
      }
      try {
        into.add((record.csv ?? line(record.fields())) + ending.text);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        // The stack that JSON.stringify needs grows with the depth.
        throw new DataError(`line ${number}: its objects are too deep in each other for CSV: write NDJSON`);
      }
    },
    ending: (decision) => `${delimiter}${line(added.map(({ of }) => String(decision[of] ?? '')))}\n`,
  };
}

/** Newline-delimited JSON; columns of CSV and Parquet become strings. */
export function ndjsonWriter({ names }: CustomerColumns, added: readonly AddedColumn[]): RecordWriter {
  const keys = names.map((name) => `${JSON.stringify(name)}:`);
  return {
    header: '',
    write(into, record, ending, line) {
      if (record.json !== null) {
        into.add(record.json.slice(0, record.json.lastIndexOf('}')).trimEnd() + ending.text);
        return;
      }
      const members = record.fields().map((value, index) => {
        if (value.isWellFormed()) return `${keys[index]}${JSON.stringify(value)}`;
        const remedy = 'which JSON has to be: save the file as UTF-8, or write CSV';
        throw new DataError(
          `${customerPlace(record, line)}: ${shown(names[index] ?? '')} is not UTF-8, ${remedy}`,
        );
      });
      into.add(`{${members.join(',')}${ending.text}`);
    },
    ending: (decision) =>
      `${added.map(({ name, of }) => `,${JSON.stringify(name)}:${JSON.stringify(decision[of] ?? null)}`).join('')}}\n`,
  };
}
