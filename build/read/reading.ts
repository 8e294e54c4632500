import type { ReadingConfig } from '../../src/core/config/reading.ts';
import type { Field } from '../../src/core/fields/fields.ts';
import type { RawRow, ReadRow } from '../../src/core/history/clean.ts';
import type { FieldSink } from '../../src/core/history/csv.ts';
import type { Malformed } from '../../src/core/history/csv-records.ts';
import type { PlainLinesOf } from './csv-lines.ts';

/** What a source is given to hand its rows to. */
export interface Reading {
  /** The name that each field has in the history. */
  columns: Readonly<Record<Field, string>>;
  /**
   * In place of `onRow`, where a source has numbers and times that are not text: receives them read, under the settings
   * of `settings`, with what tells the text of the row.
   */
  onRead?: ((row: ReadRow, line: number, text: () => RawRow) => void) | undefined;
  settings?: ReadingConfig | undefined;
  /** Receives the rows of CSV, in place of `onRow`. */
  fields?: FieldSink | undefined;
  /** Takes the plain lines of CSV, in place of all others. */
  plainLines?: PlainLinesOf | undefined;
  /** Receives each row, always in the same object, with its line (of CSV) or number (of Parquet); both start at 1. */
  onRow: (row: RawRow, line: number) => void;
  /** Receives a row with too few or too many fields, or with a quote that is not closed. */
  onMalformed: (malformed: Malformed, line: number) => void;
  /** Receives remarks about the whole file. */
  onRemark?: ((remark: string) => void) | undefined;
  /** Called as stored bytes are read, with their number. */
  onBytes: (bytes: number) => void;
  /** Called after every few thousand rows; reading goes on when it resolves. */
  onBatch: () => Promise<void>;
}
