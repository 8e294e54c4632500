import {
  type Combination,
  type CombinedPlan,
  combinationKey,
  combinationName,
  restrict,
} from '../config/combined.ts';
import { NO_BAND } from '../config/segments.ts';
import type { Group } from './impute.ts';
import { type Belief, describeCell, shrinkLevel } from './shrink.ts';
import { type Statistic, Tally } from './statistics.ts';

interface Cell {
  combination: Combination;
  tally: Tally;
}

/** What falls into every combination of a combined segment, for one country. */
export class CombinedTallies {
  readonly plan: CombinedPlan;
  /** By grouping, then by key. */
  readonly #cells: Map<number, Cell>[];

  constructor(plan: CombinedPlan) {
    this.plan = plan;
    this.#cells = plan.groupings.map(() => new Map());
  }

  /** @returns the tallies that the rows of a group belong in: one for each grouping that it has all bands of */
  talliesOf({ bands }: Group): Tally[] {
    const known = this.plan.positions.map((position) => bands[position] ?? NO_BAND);
    return this.plan.groupings.flatMap((grouping, index) => {
      const combination = restrict(known, grouping);
      return combination === null ? [] : (this.#cellOf(index, combination)?.tally ?? []);
    });
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
    this.plan.groupings.forEach((grouping, index) => {
      const cells = [...(this.#cells[index] ?? [])]
        .sort(([a], [b]) => a - b)
        .flatMap(([key, { combination, tally }]) => {
          const coarser = believed.get(combinationKey(this.plan, withoutLast(combination, grouping)));
          if (coarser?.rows !== tally.rows) {
            return [{ key, combination, tally, coarser: coarser?.belief ?? country }];
          }
          believed.set(key, coarser);
          return [];
        });
      shrinkLevel(cells, amounts).forEach((belief, at) => {
        const cell = cells[at];
        if (cell === undefined) return;
        believed.set(cell.key, { belief, rows: cell.tally.rows });
        if (cell.tally.rowsObserved < this.plan.config.min_support) return;
        const name = combinationName(this.plan, cell.combination);
        found.push([name, describeCell(cell.tally, belief, amounts)]);
      });
    });
    return Object.fromEntries(found);
  }

  #cellOf(grouping: number, combination: Combination): Cell | undefined {
    const cells = this.#cells[grouping];
    const key = combinationKey(this.plan, combination);
    let cell = cells?.get(key);
    if (cell === undefined) {
      cell = { combination, tally: new Tally() };
      cells?.set(key, cell);
    }
    return cell;
  }
}

function withoutLast(combination: Combination, grouping: readonly number[]): Combination {
  return combination.map((band, part) => (part === grouping.at(-1) ? NO_BAND : band));
}
