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
  /** Whether a finite number is what the column holds, and not what its text was read as. */
  readonly isExact: boolean;
  readonly #toNumber: (value: unknown) => number;
  readonly #perSecond: number | null;
  /** Between which a number is readable. */
  readonly #lowest: number;
  readonly #highest: number;

  constructor(values: ValueReader, column: NumberColumn) {
    this.isExact = (values.holds === 'seconds') === (column.kind === 'time') && values.holds !== 'text';
    this.#toNumber = numberOf(values, column);
    this.#perSecond = values.perSecond;
    [this.#lowest, this.#highest] =
      column.kind === 'time' ? [FIRST_SECOND, LAST_SECOND] : [0, Number.MAX_SAFE_INTEGER];
  }

  /** @param at where the value of each row is, or NONE @param into receives the numbers, MISSING or UNREADABLE */
  read(stored: StoredValues, at: Int32Array, rows: number, into: Float64Array): void {
    const { values } = stored;
    const view = values.kind === 'int64' && this.isExact ? values.view : null;
    for (let row = 0; row < rows; row++) {
      const place = at[row] ?? NONE;
      if (place === NONE) into[row] = MISSING;
      // A number that goes through a function is an object for the heap: millions of them take a fifth of the time.
      else into[row] = view === null ? this.#toNumber(stored.value(place)) : this.#int64(view, place, stored);
    }
  }

  #int64(view: DataView, place: number, stored: StoredValues): number {
    const whole = int64At(view, place);
    if (!Number.isSafeInteger(whole)) return this.#toNumber(stored.value(place));
    const number = this.#perSecond === null ? whole : secondsFrom(whole, this.#perSecond);
    return number >= this.#lowest && number <= this.#highest ? number : UNREADABLE;
  }
}

/** @returns the number that the text of a value would be read as, without making the text where that can be */
function numberOf({ holds, toText }: ValueReader, { kind, read }: NumberColumn): (value: unknown) => number {
  const fromText = (value: unknown) => read(typeof value === 'string' ? value : toText(value));
  if (holds === 'seconds' && kind === 'time') {
    return (value) => {
      if (typeof value !== 'number') return MISSING;
      return value >= FIRST_SECOND && value <= LAST_SECOND ? value : UNREADABLE;
    };
  }
  if (holds !== 'number' || kind === 'time') return fromText;
  return (value) => {
    if (value === null || value === undefined) return MISSING;
    const number = typeof value === 'number' ? value : Number(value);
    // Not a number is how some programs write a missing one.
    if (Number.isNaN(number)) return MISSING;
    const isReadable = number >= 0 && number < Number.POSITIVE_INFINITY;
    return isReadable && (kind === 'amount' || Number.isInteger(number)) ? number + 0 : UNREADABLE;
  };
}
