/**
 * What each cell of a table answers: an amount, and the rows behind it. Packed where it can be, so that the cells
 * that are asked for stay in the processor's caches: the different amounts are few (a ladder of vouchers, or means to
 * the cent), and so are the different numbers of rows. Each cell then holds where its two stand in the lists of them:
 * 4 bytes in place of 16.
 */
export class Cells {
  /** For each cell its amount and its rows. */
  readonly #pairs: Float64Array | null;
  /** The same as positions in `#values`. */
  readonly #positions: Uint16Array;
  readonly #values: Float64Array;

  constructor(pairs: Float64Array) {
    const positions = new Map<number, number>();
    for (const value of pairs) {
      if (!positions.has(value)) positions.set(value, positions.size);
      if (positions.size > MOST_VALUES) break;
    }
    const packs = positions.size <= MOST_VALUES;
    this.#pairs = packs ? null : pairs;
    this.#positions = Uint16Array.from(packs ? pairs : [], (value) => positions.get(value) as number);
    this.#values = Float64Array.from(packs ? positions.keys() : []);
  }

  /** @returns the amount to serve for a cell; NaN where there is none */
  amount(cell: number): number {
    return this.#at(2 * cell);
  }

  /** @returns the kept rows behind it */
  rows(cell: number): number {
    return this.#at(2 * cell + 1);
  }

  #at(place: number): number {
    return (this.#pairs?.[place] ?? this.#values[this.#positions[place] as number]) as number;
  }
}

/** What a position of 16 bits can tell apart. */
const MOST_VALUES = 2 ** 16;

/** Collects what cells answer until all is known. A cell that is never put has no amount and no rows. */
export class CellsBuilder {
  readonly #pairs: Float64Array;

  constructor(size: number) {
    this.#pairs = new Float64Array(2 * size);
    for (let cell = 0; cell < size; cell++) this.#pairs[2 * cell] = Number.NaN;
  }

  /** @param amount NaN for none */
  put(cell: number, amount: number, rows: number): void {
    this.#pairs[2 * cell] = amount;
    this.#pairs[2 * cell + 1] = rows;
  }

  pack(): Cells {
    return new Cells(this.#pairs);
  }
}
