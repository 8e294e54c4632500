import { DataError } from '../../src/core/errors.ts';
import { SECONDS_PER_DAY } from '../../src/core/time.ts';
import type { CsvBytes } from './csv-bytes.ts';
import { knownText } from './known-texts.ts';
import type { PageValues } from './parquet-page.ts';
import { secondsFrom, type ValueReader } from './parquet-values.ts';

/** In place of where a value is, for a row without one. */
export const NONE = -1;

/** The values of a page or of a dictionary, each read where it is stored. */
export class StoredValues {
  readonly values: PageValues;
  readonly #reader: ValueReader;

  constructor(values: PageValues, reader: ValueReader) {
    this.values = values;
    this.#reader = reader;
  }

  /** @param at its number, or of bytes where it starts @returns a value as the value reader takes it */
  value(at: number): unknown {
    const { values } = this;
    switch (values.kind) {
      case 'int64': {
        const number = int64At(values.view, at);
        const exact = Number.isSafeInteger(number) ? number : values.view.getBigInt64(8 * at, true);
        const { perSecond } = this.#reader;
        return perSecond === null ? exact : secondsFrom(exact, perSecond);
      }
      case 'int32':
        return values.view.getInt32(4 * at, true) * (this.#reader.holds === 'seconds' ? SECONDS_PER_DAY : 1);
      case 'double':
        return values.view.getFloat64(8 * at, true);
      case 'flags':
        return values.flags[at] === 1;
      case 'bytes':
        return knownText(values.bytes, at + 4, at + 4 + lengthAt(values.bytes, at));
      case 'converted':
        return values.values[at];
      default:
        throw new Error('a place is no value');
    }
  }

  text(at: number): string {
    const value = this.value(at);
    return typeof value === 'string' ? value : this.#reader.toText(value);
  }

  /** Writes a value as a field of CSV. */
  write(at: number, into: CsvBytes): void {
    const { values } = this;
    const { holds, perSecond, toText } = this.#reader;
    if (values.kind === 'bytes') {
      into.field(values.view, at + 4, at + 4 + lengthAt(values.bytes, at));
      return;
    }
    if (values.kind === 'int64' && holds !== 'text') {
      const whole = int64At(values.view, at);
      // A number that goes through a function is an object for the heap.
      if (Number.isSafeInteger(whole)) {
        if (perSecond === null) into.number(whole);
        else into.time(secondsFrom(whole, perSecond));
        return;
      }
    }
    const value = this.value(at);
    if (typeof value !== 'number' || holds === 'text')
      into.text(typeof value === 'string' ? value : toText(value));
    else if (holds === 'seconds') into.time(value);
    else into.number(value);
  }
}

/** @returns a whole number of 64 bits; exact where it is safe */
export function int64At(view: DataView, at: number): number {
  return view.getInt32(8 * at + 4, true) * 2 ** 32 + view.getUint32(8 * at, true);
}

/** @throws DataError where bytes end before a value does */
export function lengthAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new DataError('a page ends before its values do: it is damaged');
  const length =
    (bytes[at] ?? 0) +
    (bytes[at + 1] ?? 0) * 0x100 +
    (bytes[at + 2] ?? 0) * 0x1_0000 +
    (bytes[at + 3] ?? 0) * 0x100_0000;
  if (at + 4 + length > bytes.length) throw new DataError('a page ends before its values do: it is damaged');
  return length;
}
