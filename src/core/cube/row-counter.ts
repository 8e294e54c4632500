import type { ReadingConfig } from '../config/reading.ts';
import type { Field } from '../fields/fields.ts';
import {
  type Assignment,
  clean,
  type DropReason,
  emptyAssignment,
  type Malformed,
  type RawRow,
  type ReadRow,
  type RowReaders,
  type RowSink,
  rowReaders,
} from '../history/clean.ts';
import { orderCheck } from '../history/second-header.ts';
import { type Notes, noNotes, noteMalformed, noteMarks, noteRemark, noteUnread } from '../history/unread.ts';
import type { Cube } from './cube.ts';

/** How a history is read, and what its columns are called. */
export type CountingConfig = ReadingConfig & { columns: Readonly<Record<Field, string>> };

/** A row that is not kept: its fields, or for a malformed one whatever it had. */
export interface Dropped {
  line: number;
  reason: DropReason;
  row: Readonly<RawRow> | null;
  malformed: readonly string[] | null;
}

/** Cleans rows and counts them in a cube, and notes what they hold that cannot be read. */
export class RowCounter implements RowSink {
  readonly cube: Cube;
  readonly notes: Notes = noNotes();
  rows = 0;
  readonly columns: CountingConfig['columns'];
  readonly readers: RowReaders;
  readonly decimal: string;
  readonly #requireSameOrder: ReturnType<typeof orderCheck<Field>>;
  readonly #onDropped: ((dropped: Dropped) => void) | null;
  /** Of the row that was counted last; of a dropped one only its country and `unreadable` mean anything. */
  readonly assignment: Assignment = emptyAssignment();
  /** Whether a number with a decimal mark is still looked for. */
  #seeking = true;

  /** @param onDropped receives the rows that are not kept; they are the reader's, and change */
  constructor(config: CountingConfig, cube: Cube, onDropped: ((dropped: Dropped) => void) | null) {
    this.cube = cube;
    this.columns = config.columns;
    this.readers = rowReaders(config);
    this.decimal = config.numbers.decimal;
    this.#requireSameOrder = orderCheck(config.columns);
    this.#onDropped = onDropped;
  }

  /** Counts a row. @returns why it is dropped; null for one that is kept */
  onRow = (row: ReadRow, line: number, text: () => RawRow, typed = false): DropReason | null => {
    const reason = clean(row, this.assignment);
    const isTold = reason !== null && (this.#onDropped !== null || reason === 'invalid_timestamp');
    if (isTold || this.assignment.unreadable.length > 0) this.#note(text(), line, reason);
    else if (reason === null && this.#seeking && !typed) this.#seek(text(), line);
    this.rows++;
    if (reason === null) this.cube.add(this.assignment);
    else this.cube.drop(this.assignment.country, reason);
    return reason;
  };

  #note(row: RawRow, line: number, reason: DropReason | null): void {
    if (reason === 'invalid_timestamp') this.#requireSameOrder(row, line);
    for (const field of this.assignment.unreadable) noteUnread(this.notes, field, row[field], line);
    if (reason === null) this.#seek(row, line);
    else this.#onDropped?.({ line, reason, row, malformed: null });
  }

  onMalformed = (malformed: Malformed, line: number): void => {
    this.rows++;
    this.cube.drop('', 'malformed_row');
    noteMalformed(this.notes, malformed, line);
    this.#onDropped?.({ line, reason: 'malformed_row', row: null, malformed: malformed.fields });
  };

  onRemark = (remark: string): void => noteRemark(this.notes, remark);

  #seek(row: RawRow, line: number): void {
    const { unreadable } = this.assignment;
    this.#seeking = noteMarks(this.notes, row, { decimal: this.decimal, unreadable, line });
  }
}
