import type { ReadingConfig } from '../config/reading.ts';
import type { Field } from '../fields/fields.ts';
import {
  type Assignment,
  type Cleaner,
  cleaner,
  cleanRead,
  type DropReason,
  emptyAssignment,
  type RawRow,
  type ReadRow,
  rowReaders,
} from '../history/clean.ts';
import type { FieldSink } from '../history/csv.ts';
import type { Malformed } from '../history/csv-records.ts';
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
export class RowCounter {
  readonly cube: Cube;
  readonly notes: Notes = noNotes();
  rows = 0;
  /** Takes rows of CSV. */
  readonly fields: FieldSink;
  readonly #clean: Cleaner<RawRow>;
  readonly #decimal: string;
  readonly #requireSameOrder: ReturnType<typeof orderCheck<Field>>;
  readonly #onDropped: ((dropped: Dropped) => void) | null;
  /** Of the row that was counted last; of a dropped one only its country and `unreadable` mean anything. */
  readonly assignment: Assignment = emptyAssignment();
  /** Whether a number with a decimal mark is still looked for. */
  #seeking = true;

  /** @param onDropped receives the rows that are not kept; they are the reader's, and change */
  constructor(config: CountingConfig, cube: Cube, onDropped: ((dropped: Dropped) => void) | null) {
    this.cube = cube;
    this.fields = { readers: rowReaders(config), onRow: this.#onFields };
    this.#clean = cleaner(config);
    this.#decimal = config.numbers.decimal;
    this.#requireSameOrder = orderCheck(config.columns);
    this.#onDropped = onDropped;
  }

  /** Counts a row of text. @returns why it is dropped; null for one that is kept */
  onRow = (row: RawRow, line: number): DropReason | null => {
    const reason = this.#clean(row, this.assignment);
    if (reason !== null || this.assignment.unreadable.length > 0) this.#note(row, line, reason);
    else if (this.#seeking) this.#seek(row, line);
    this.#count(reason);
    return reason;
  };

  /** Counts a row of text whose fields are read. */
  #onFields: FieldSink['onRow'] = (row, line, text) => {
    const reason = cleanRead(row, this.assignment);
    if (reason !== null || this.assignment.unreadable.length > 0) this.#note(text(), line, reason);
    else if (this.#seeking) this.#seek(text(), line);
    this.#count(reason);
  };

  /** Counts a row whose fields are no text. @param text tells what they are as text */
  onRead = (row: ReadRow, line: number, text: () => RawRow): void => {
    const reason = cleanRead(row, this.assignment);
    if (this.assignment.unreadable.length > 0 || (reason !== null && this.#onDropped !== null)) {
      this.#note(text(), line, reason);
    }
    this.#count(reason);
  };

  #count(reason: DropReason | null): void {
    this.rows++;
    if (reason === null) this.cube.add(this.assignment);
    else this.cube.drop(this.assignment.country, reason);
  }

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
    this.#seeking = noteMarks(this.notes, row, { decimal: this.#decimal, unreadable, line });
  }
}
