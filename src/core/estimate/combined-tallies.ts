import { type Combination, type CombinedPlan, combinationName } from '../segments/combined.ts';
import { NO_BAND } from '../segments/segments.ts';
import type { Group } from './impute.ts';
import { type Belief, describeCell, type ShrinkableCell, shrinkLevel } from './shrink.ts';
import { type Statistic, Tally } from './statistics.ts';

/** The cells of a grouping by their keys, which are those of their combinations. */
interface Grouping {
  parts: readonly number[];
  cells: Map<number, Cell>;
}

interface Cell {
  combination: Combination;
  /** The key of the combination without its last part. */
  coarser: number;
  tally: Tally;
}

/** What falls into every combination of a combined segment, for one country. */
export class CombinedTallies {
  readonly plan: CombinedPlan;
  readonly #groupings: readonly Grouping[];

  constructor(plan: CombinedPlan) {
    this.plan = plan;
    this.#groupings = plan.groupings.map((parts) => ({ parts, cells: new Map() }));
  }

  /** @returns the tallies that the rows of a group belong in: one for each grouping that it has all bands of */
  talliesOf({ bands }: Group): Tally[] {
    const { positions, weights } = this.plan;
    const tallies: Tally[] = [];
    for (const { parts, cells } of this.#groupings) {
      let coarser = 0;
      let key = 0;
      for (const part of parts) {
        const band = bands[positions[part] ?? 0] ?? NO_BAND;
        coarser = key;
        key = band === NO_BAND ? Number.NaN : key + (band + 1) * (weights[part] ?? 0);
      }
      if (Number.isNaN(key)) continue;
      let cell = cells.get(key);
      if (cell === undefined) {
        const combination = positions.map((at, part) =>
          parts.includes(part) ? (bands[at] ?? NO_BAND) : NO_BAND,
        );
        cell = { combination, coarser, tally: new Tally() };
        cells.set(key, cell);
      }
      tallies.push(cell.tally);
    }
    return tallies;
  }

  /**
   * @param country the belief about all rows, toward which the combinations of one part are shrunk; the others are
   *   shrunk toward the combination without their last part
   * @returns the statistics of the combinations that have the rows to decide, by name; one with all the rows of its
   *   coarser combination says nothing of its own, and is left to that
   */
  statistics(country: Belief, amounts: readonly number[]): Record<string, Statistic> {
    const believed = new Map<number, { belief: Belief; rows: number }>();
    const found: [string, Statistic][] = [];
    for (const { cells: all } of this.#groupings) {
      const cells: (ShrinkableCell & { key: number; combination: Combination; rows: number })[] = [];
      for (const [key, { combination, coarser, tally }] of [...all].sort(([a], [b]) => a - b)) {
        const { rows } = tally;
        const known = believed.get(coarser);
        if (known?.rows === rows) believed.set(key, known);
        else cells.push({ key, combination, tally, rows, coarser: known?.belief ?? country });
      }
      shrinkLevel(cells, amounts).forEach((belief, at) => {
        const cell = cells[at];
        if (cell === undefined) return;
        const { key, combination, tally, rows } = cell;
        believed.set(key, { belief, rows });
        if (tally.rowsObserved < this.plan.config.min_support) return;
        found.push([combinationName(this.plan, combination), describeCell(tally, belief, amounts)]);
      });
    }
    return Object.fromEntries(found);
  }
}
