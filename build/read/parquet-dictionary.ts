import type { DecodedArray } from 'hyparquet/src/types.js';
import { viewOf } from './csv-bytes.ts';
import { FieldBytes } from './field-bytes.ts';

/** The values of a dictionary, each read once however often it is in the column. */
export class Dictionary {
  readonly texts: readonly string[];
  readonly numbers: Float64Array;
  #fields: { bytes: DataView; starts: Int32Array } | null = null;

  constructor(
    values: DecodedArray,
    toText: (value: unknown) => string,
    toNumber: (value: unknown) => number,
  ) {
    this.texts = Array.from(values, toText);
    this.numbers = Float64Array.from(values, toNumber);
  }

  /** @returns the texts as fields of CSV, and where each starts */
  fields(): { bytes: DataView; starts: Int32Array } {
    if (this.#fields !== null) return this.#fields;
    const into = new FieldBytes();
    const starts = new Int32Array(this.texts.length + 1);
    this.texts.forEach((text, place) => {
      into.text(text);
      starts[place + 1] = into.used;
    });
    this.#fields = { bytes: viewOf(into.bytes), starts };
    return this.#fields;
  }
}
