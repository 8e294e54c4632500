import type { CsvFields } from './csv-bytes.ts';
import { FieldBytes } from './field-bytes.ts';
import type { StoredValues } from './parquet-stored.ts';

/** The values of a dictionary, each made a text or a field once however often it is in the column; and not before one is asked for. */
export class Dictionary {
  readonly size: number;
  /** The values as numbers, where the column is read for them. */
  readonly numbers: Float64Array;
  readonly #stored: StoredValues;
  #texts: readonly string[] | null = null;
  #fields: Readonly<CsvFields> | null = null;

  constructor(size: number, stored: StoredValues, numbers: Float64Array) {
    this.size = size;
    this.#stored = stored;
    this.numbers = numbers;
  }

  get texts(): readonly string[] {
    this.#texts ??= Array.from({ length: this.size }, (_, place) => this.#stored.text(place));
    return this.#texts;
  }

  /** @returns the values as fields of CSV */
  fields(): Readonly<CsvFields> {
    if (this.#fields !== null) return this.#fields;
    const into = new FieldBytes();
    const from = new Int32Array(this.size);
    const to = new Int32Array(this.size);
    for (let place = 0; place < this.size; place++) {
      from[place] = into.used;
      this.#stored.write(place, into);
      to[place] = into.used;
    }
    this.#fields = { bytes: into.view, from, to };
    return this.#fields;
  }
}
