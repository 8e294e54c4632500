import type { Cube } from '../../src/core/cube/cube.ts';
import { partOf, periodsOf } from '../../src/core/cube/cube-parts.ts';
import { DataError } from '../../src/core/errors.ts';
import { PERIODS, type Period, periodIndex, periodName, periodStart } from '../../src/core/period.ts';
import { formatTime, parseTime, SECONDS_PER_DAY } from '../../src/core/time.ts';
import { UsageError } from '../cli/options.ts';

/** One split of a history by time: nothing of `test` is in `train`. */
export interface Fold {
  /** The first period that is tested on: `2018-07`. */
  name: string;
  train: Cube;
  test: Cube;
}

/** A moment that divides a history, and the periods in which a cube must be counted for it to be a border. */
export interface Split {
  at: number;
  period: Period;
}

/**
 * Reads `--split-at`. A cube keeps no finer time than its periods: where the moment is inside a period of the
 * config, the history is counted in finer ones.
 *
 * @param configured the period of the config; `asked` that of --period, which is kept to
 * @throws UsageError for what is not the start of a day
 */
export function parseSplit(text: string, configured: Period, asked: Period | null): Split {
  const at = parseTime(text.trim());
  if (at === null) {
    throw new UsageError(`--split-at: expected a date such as 2018-07-01, got ${JSON.stringify(text)}`);
  }
  if (at % SECONDS_PER_DAY !== 0) {
    throw new UsageError(`--split-at: expected the start of a day (UTC), got ${formatTime(at)}`);
  }
  const finer = asked === null ? PERIODS.slice(PERIODS.indexOf(configured)) : [asked];
  const period = finer.find((one) => periodStart(one, periodIndex(one, at)) === at);
  if (period !== undefined) return { at, period };
  const index = periodIndex(finer[0] ?? 'day', at);
  const [before, after] = [index, index + 1].map((one) =>
    formatTime(periodStart(finer[0] ?? 'day', one)).slice(0, 10),
  );
  throw new DataError(
    `--split-at: expected a date on which a ${finer[0]} starts, such as ${before} or ${after}, got ${text.trim()}; ` +
      'without --period a finer one is taken',
  );
}

/** @returns the one fold that trains on all before a moment and tests on all from it on */
export function splitFold(cube: Cube, { at, period }: Split): Fold {
  const border = periodIndex(period, at);
  const periods = periodsOf(cube);
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined || border <= first || border > last) {
    const span =
      first === undefined || last === undefined
        ? 'there are no rows'
        : `the rows lie in ${periodName(period, first)} to ${periodName(period, last)}`;
    throw new DataError(
      `--split-at: expected a date with rows before it and from it on, got ${formatTime(at).slice(0, 10)}: ${span}`,
    );
  }
  return foldAt(cube, border, (tested) => tested >= border);
}

/** @returns a fold for each period but the first: it is tested on, and everything before it trained on */
export function rollingFolds(cube: Cube): Fold[] {
  const { period } = cube.layout;
  const [first, ...rest] = periodsOf(cube);
  if (rest.length === 0) {
    const found = first === undefined ? 'no rows' : `all rows in ${periodName(period, first)}`;
    throw new DataError(
      `expected rows in two periods or more, to train on one and test on the next, found ${found}; ` +
        `give more history${period === 'day' ? '' : `, or a --period that is finer than ${period}`}`,
    );
  }
  return rest.map((tested) => foldAt(cube, tested, (other) => other === tested));
}

function foldAt(cube: Cube, border: number, isTested: (period: number) => boolean): Fold {
  return {
    name: periodName(cube.layout.period, border),
    train: partOf(cube, (_, group) => cube.periodOf(group) < border),
    test: partOf(cube, (_, group) => isTested(cube.periodOf(group))),
  };
}
