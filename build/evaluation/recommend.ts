import type { Config } from '../../src/core/config/config.ts';
import { percent, readable } from '../../src/core/words.ts';
import type { Evaluation, Result } from './evaluation.ts';
import { entryOf } from './strategies.ts';

/** What is to be best: the error that is least, or the share that is greatest. */
export const OBJECTIVES = ['mae', 'rmse', 'exact'] as const;
export type Objective = (typeof OBJECTIVES)[number];

const MEANINGS: Readonly<Record<Objective, string>> = {
  mae: 'the least mean absolute error',
  rmse: 'the least root mean square error',
  exact: 'the most exact hits',
};

/** @returns results from the best to the worst; ties keep their order, which is from the plain to the elaborate */
export function ranked(results: readonly Result[], objective: Objective): Result[] {
  const sign = objective === 'exact' ? -1 : 1;
  return [...results].sort((a, b) => sign * (a[objective] - b[objective]));
}

/**
 * @param config what was evaluated
 * @returns the same config with the winning settings, and the reason as its comment: a whole one, for --config as it is
 */
export function recommendation(
  { folds, results }: Pick<Evaluation, 'folds' | 'results'>,
  config: Config,
  objective: Objective,
): Config | null {
  const [best] = ranked(results, objective);
  if (best === undefined) return null;
  const { segment, statistic, imputation, rows } = best;
  const banded = entryOf(config.segments, segment);
  const combined = entryOf(config.combined, segment);
  const tested = folds.map(({ name }) => name).join(', ');
  const factor = best.ratio[objective];
  const reason =
    `default_segment is ${segment}: of ${results.length} settings it had ${MEANINGS[objective]} on ${readable(rows)} rows of ` +
    `${tested}, after training on what came before: ${figure(best, objective)}` +
    `${factor === null ? '' : `, ${factor.toFixed(4)} of the first system's`}. ` +
    'Among so many settings the best looks better than it will be.';
  const own = banded
    ? { segments: { ...config.segments, [segment]: { ...banded, statistic } } }
    : combined && { combined: { ...config.combined, [segment]: { ...combined, statistic } } };
  return { ...config, $comment: reason, ...own, default_segment: segment, imputation };
}

function figure(result: Result, objective: Objective): string {
  const share = percent(result[objective]);
  return objective === 'exact' ? share : `${share} of the average amount`;
}
