import { MISSING, UNREADABLE } from '../../src/core/missing.ts';
import { FIRST_SECOND, LAST_SECOND } from '../../src/core/time.ts';
import { int64At, NONE, type StoredValues } from './parquet-stored.ts';
import { secondsFrom, type ValueReader } from './parquet-values.ts';

/** What a column of numbers or times is read for. */
export interface NumberColumn {
  kind: 'time' | 'whole' | 'amount';
  /** Reads a value that is text. */
  read: (text: string) => number;
}

/** Makes numbers of the values of a column, without making texts of them where that can be. */
export class NumberReader {
  readonly #values: ValueReader;
  readonly #column: NumberColumn;
  /** Whether a number is what the column holds, and not what its text is read as. */
  readonly #isExact: boolean;
  /** Between which a number is readable. */
  readonly #lowest: number;
  readonly #highest: number;

  constructor(values: ValueReader, column: NumberColumn) {
    const isTime = column.kind === 'time';
    this.#values = values;
    this.#column = column;
    this.#isExact = (values.holds === 'seconds') === isTime && values.holds !== 'text';
    [this.#lowest, this.#highest] = isTime ? [FIRST_SECOND, LAST_SECOND] : [0, Number.MAX_VALUE];
  }

  /** @param at where the value of each row is, or NONE @param into receives the numbers, MISSING or UNREADABLE */
  read(stored: StoredValues, at: Int32Array, rows: number, into: Float64Array): void {
    const { values } = stored;
    const view = values.kind === 'int64' && this.#isExact ? values.view : null;
    for (let row = 0; row < rows; row++) {
      const place = at[row] ?? NONE;
      if (place === NONE) into[row] = MISSING;
      // A number that goes through a function is an object for the heap: millions of them take a fifth of the time.
      else into[row] = view === null ? this.#number(stored.value(place)) : this.#int64(view, place, stored);
    }
  }

  #int64(view: DataView, place: number, stored: StoredValues): number {
    const whole = int64At(view, place);
    if (!Number.isSafeInteger(whole)) return this.#number(stored.value(place));
    const { perSecond } = this.#values;
    const number = perSecond === null ? whole : secondsFrom(whole, perSecond);
    return number >= this.#lowest && number <= this.#highest ? number : UNREADABLE;
  }

  #number(value: unknown): number {
    const { kind, read } = this.#column;
    if (!this.#isExact) return read(typeof value === 'string' ? value : this.#values.toText(value));
    if (value === null || value === undefined) return MISSING;
    const number = typeof value === 'number' ? value : Number(value);
    // Not a number is how some programs write a missing one.
    if (Number.isNaN(number)) return MISSING;
    const isReadable = number >= this.#lowest && number <= this.#highest;
    return isReadable && (kind === 'amount' || Number.isInteger(number)) ? number + 0 : UNREADABLE;
  }
}
