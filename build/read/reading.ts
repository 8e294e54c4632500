import type { RowSink } from '../../src/core/history/clean.ts';
import type { PlainLinesOf } from './csv-lines.ts';

/** What a source is given to hand its rows to. */
export interface Reading extends RowSink {
  /** Takes the plain lines of CSV, in place of all others. */
  plainLines?: PlainLinesOf | undefined;
  /** Called as stored bytes are read, with their number. */
  onBytes: (bytes: number) => void;
  /** Called after every few thousand rows; reading goes on when it resolves. */
  onBatch: () => Promise<void>;
}
