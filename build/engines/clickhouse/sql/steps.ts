/** Begins the name of every step, so that no column of a history is likely to have it. */
const PREFIX = 've_';
/** The largest number of a table: see {@link Steps.lookup}. */
export const LARGEST_NUMBER = 2 ** 32 - 1;
const NAME = /\bve_\w+/g;

/**
 * Named SQL expressions, each made of those before it: what a program would keep in variables. They become either of
 * - nested sub-queries, in which ClickHouse works each of them out once;
 * - `flat`: the WITH of one SELECT, in which ClickHouse writes them out wherever they stand, to any depth, before it
 *   finds what is equal. That takes it longer to plan, but over a Distributed table a sub-query would send every row of
 *   the shards to the server that was asked, and group there. So an expression should name another once or twice, not
 *   ten times: names multiply.
 */
export class Steps {
  readonly #steps: Map<string, { sql: string; needs: readonly string[]; level: number }> = new Map();
  readonly isFlat: boolean;

  constructor(isFlat: boolean) {
    this.isFlat = isFlat;
  }

  /** @returns the name to use in later expressions */
  define(step: string, sql: string): string {
    const name = PREFIX + step;
    if (this.#steps.has(name)) throw new Error(`the step ${step} is defined twice`);
    // A column of a history may have such a name too.
    const needs = [...new Set(sql.match(NAME))].filter((name) => this.#steps.has(name));
    this.#steps.set(name, {
      sql,
      needs,
      level: 1 + Math.max(0, ...needs.map((need) => this.#levelOf(need))),
    });
    return name;
  }

  /**
   * @param index an expression that counts from 1
   * @returns an expression for the number (0 to {@link LARGEST_NUMBER}) at that place, 0 outside
   */
  lookup(numbers: readonly number[], index: string): string {
    if (!this.isFlat) return `[${numbers.join(',')}][${index}]`;
    // Each element of an array counts where it is written out; a text counts once.
    const width = numbers.some((number) => number > 0xffff) ? 4 : 2;
    const bytes = numbers.flatMap((number) =>
      Array.from({ length: width }, (_, place) => (number >>> (8 * place)) & 255),
    );
    const text = bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
    return `reinterpretAsUInt${8 * width}(substring('${text}', (${index}) * ${width} - ${width - 1}, ${width}))`;
  }

  /** @returns the WITH clause of a flat SELECT */
  with(): string {
    return `WITH\n${[...this.#steps].map(([name, { sql }]) => `  ${sql} AS ${name}`).join(',\n')}`;
  }

  /** @returns a sub-query over `from` with the columns `wanted` */
  nested(from: string, wanted: readonly string[]): string {
    const top = Math.max(...wanted.map((name) => this.#levelOf(name)));
    let query = from;
    for (let level = 1; level <= top; level++) {
      const columns = [...this.#steps].flatMap(([name, step]) => {
        if (step.level === level) return `${step.sql} AS ${name}`;
        return step.level < level && this.#isNeededAbove(name, level, wanted) ? name : [];
      });
      query = `(\nSELECT\n  ${columns.join(',\n  ')}\nFROM ${query}\n)`;
    }
    return query;
  }

  #isNeededAbove(name: string, level: number, wanted: readonly string[]): boolean {
    if (wanted.includes(name)) return true;
    for (const step of this.#steps.values()) if (step.level > level && step.needs.includes(name)) return true;
    return false;
  }

  #levelOf(name: string): number {
    const step = this.#steps.get(name);
    if (step === undefined) throw new Error(`the step ${name} is not defined`);
    return step.level;
  }
}
