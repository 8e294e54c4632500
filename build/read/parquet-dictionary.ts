import { CsvBytes, viewOf } from './csv-bytes.ts';
import type { StoredValues } from './parquet-stored.ts';

/** The values of a dictionary. Each becomes a text or a field once, however often it is in the column, and when asked for. */
export class Dictionary {
  readonly size: number;
  /** The values as numbers, where the column is read for them. */
  readonly numbers: Float64Array;
  readonly #stored: StoredValues;
  #texts: readonly string[] | null = null;
  /** The values as fields of CSV, one after the other: each begins where the one before it ends. */
  #fields: { bytes: DataView; starts: Int32Array } | null = null;

  constructor(size: number, stored: StoredValues, numbers: Float64Array) {
    this.size = size;
    this.#stored = stored;
    this.numbers = numbers;
  }

  text(place: number): string {
    this.#texts ??= Array.from({ length: this.size }, (_, place) => this.#stored.text(place));
    return this.#texts[place] ?? '';
  }

  /** Writes a value as a field of CSV. */
  write(place: number, into: CsvBytes): void {
    const { bytes, starts } = this.#fields ?? this.#written();
    into.copy(bytes, starts[place] ?? 0, starts[place + 1] ?? 0);
  }

  #written() {
    const into = new CsvBytes();
    const starts = new Int32Array(this.size + 1);
    for (let place = 0; place < this.size; place++) {
      this.#stored.write(place, into);
      starts[place + 1] = into.length;
    }
    this.#fields = { bytes: viewOf(into.take(true) ?? new Uint8Array()), starts };
    return this.#fields;
  }
}
