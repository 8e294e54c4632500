import type { Decision } from '../../src/core/decide/decide.ts';
import { DataError } from '../../src/core/errors.ts';
import { shown } from '../../src/core/shown.ts';
import { csvFields } from '../files/csv.ts';
import type { AddedColumn } from './added-columns.ts';
import type { CustomerColumns, CustomerRecord } from './record.ts';

/** How a scored customer is written. A record followed by the ending of its decision is one line. */
export interface RecordWriter {
  /** The first line of the file; "" where the format has none. */
  header: string;
  /** All that the input says of a customer. @throws DataError for what the format cannot hold */
  record(record: CustomerRecord, line: number): string;
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
    record(record, number) {
      if (record.csv !== null) return record.csv;
      try {
        return line(record.fields());
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
    record(record, line) {
      if (record.json !== null) return record.json.slice(0, record.json.lastIndexOf('}')).trimEnd();
      const members = record.fields().map((value, index) => {
        if (value.isWellFormed()) return `${keys[index]}${JSON.stringify(value)}`;
        const remedy = 'which JSON has to be: save the file as UTF-8, or write CSV';
        throw new DataError(`line ${line}: ${shown(names[index] ?? '')} is not UTF-8, ${remedy}`);
      });
      return `{${members.join(',')}`;
    },
    ending: (decision) =>
      `${added.map(({ name, of }) => `,${JSON.stringify(name)}:${JSON.stringify(decision[of] ?? null)}`).join('')}}\n`,
  };
}
