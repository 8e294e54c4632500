import type { Field } from '../../src/core/config/config.ts';
import type { RawRow } from '../../src/core/history/clean.ts';
import type { Malformed } from '../../src/core/history/csv-records.ts';

/** What a source is given to hand its rows to. */
export interface Reading {
  /** The name that each field has in the history. */
  columns: Readonly<Record<Field, string>>;
  /** Receives each row, always in the same object, with its line (of CSV) or number (of Parquet); both start at 1. */
  onRow: (row: RawRow, line: number) => void;
  /** Receives a row with too few or too many fields, or with a quote that is not closed. */
  onMalformed: (malformed: Malformed, line: number) => void;
  /** Called as stored bytes are read, with their number. */
  onBytes: (bytes: number) => void;
  /** Called after every few thousand rows; reading goes on when it resolves. */
  onBatch: () => Promise<void>;
}
