import { entry } from '../entry.ts';
import { allLevels, cellName, keyOf, type Ladder, type Level, positionsOf } from '../segments/ladder.ts';
import { NO_BAND } from '../segments/segments.ts';
import type { Group } from './impute.ts';
import type { Statistic } from './schema.ts';
import { type Belief, describeCell, type ShrinkableCell, shrinkLevel } from './shrink.ts';
import { Tally } from './statistics.ts';

/** What falls into every cell of a ladder, for one country. */
export class LadderTallies {
  readonly ladder: Ladder;
  /** The tallies of each level, by the keys of their cells. */
  readonly #levels: readonly { level: Level; cells: Map<number, Tally> }[];

  constructor(ladder: Ladder) {
    this.ladder = ladder;
    this.#levels = allLevels(ladder).map((level) => ({ level, cells: new Map() }));
  }

  /** @returns the tallies that the rows of a group belong in: one for each level that it has all bands of */
  talliesOf({ bands }: Group): Tally[] {
    const known = this.ladder.positions.map((position) => entry(bands, position));
    const tallies: Tally[] = [];
    for (const { level, cells } of this.#levels) {
      if (level.some((part) => known[part] === NO_BAND)) continue;
      const key = keyOf(this.ladder, level, known);
      let tally = cells.get(key);
      if (tally === undefined) {
        tally = new Tally();
        cells.set(key, tally);
      }
      tallies.push(tally);
    }
    return tallies;
  }

  /**
   * @param country the belief about all rows, toward which the cells of one part are shrunk; the others are shrunk
   *   toward the cell without their last part
   * @param more what else is known about a cell
   * @returns the statistics of the cells by name. Where the ladder leaves cells out, those are missing that have too
   *   few rows, or all the rows of their coarser cell: they say nothing of their own
   */
  statistics(
    country: Belief,
    amounts: readonly number[],
    more: (tally: Tally) => Partial<Statistic>,
  ): Record<string, Statistic> {
    const { ladder } = this;
    const believed = new Map<number, { belief: Belief; rows: number }>();
    const found: [string, Statistic][] = [];
    for (const { level, cells: all } of this.#levels) {
      const cells: (ShrinkableCell & { key: number; rows: number })[] = [];
      for (const [key, tally] of [...all].sort(([a], [b]) => a - b)) {
        const { rows } = tally;
        const coarser = keyOf(ladder, level.slice(0, -1), positionsOf(ladder, key));
        const known = believed.get(coarser);
        if (known?.rows === rows) believed.set(key, known);
        else cells.push({ key, tally, rows, coarser: known?.belief ?? country });
      }
      shrinkLevel(cells, amounts).forEach((belief, at) => {
        const { key, tally, rows } = cells[at] as (typeof cells)[number];
        believed.set(key, { belief, rows });
        if (ladder.isCombined && tally.rowsObserved < ladder.minSupport) return;
        const name = cellName(ladder, positionsOf(ladder, key));
        found.push([name, { ...describeCell(tally, belief, amounts), ...more(tally) }]);
      });
    }
    return Object.fromEntries(found);
  }
}
