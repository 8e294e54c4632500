import type { Config } from '../../src/core/config/config.ts';
import { percent, readable } from '../../src/core/words.ts';
import type { Evaluation, Result } from './evaluation.ts';
import { entryOf } from './strategies.ts';

/** @returns results from the least mean absolute error on; ties keep their order, which is from the plain to the elaborate */
export function ranked(results: readonly Result[]): Result[] {
  return results.toSorted((a, b) => a.mae - b.mae);
}

/**
 * @param config what was evaluated
 * @returns the same config with the winning settings, and the reason as its comment: a whole one, for --config as it is
 */
export function recommendation(
  { folds, results }: Pick<Evaluation, 'folds' | 'results'>,
  config: Config,
): Config | null {
  const [best] = ranked(results);
  if (best === undefined) return null;
  const { segment, statistic, imputation, rows } = best;
  const banded = entryOf(config.segments, segment);
  const combined = entryOf(config.combined, segment);
  const tested = folds.map(({ name }) => name).join(', ');
  const factor = best.ratio.mae;
  const reason =
    `default_segment is ${segment}: of ${results.length} settings it had the least mean absolute error on ${readable(rows)} rows of ` +
    `${tested}, after training on what came before: ${percent(best.mae)} of the average amount` +
    `${factor === null ? '' : `, ${factor.toFixed(4)} of the first system's`}. ` +
    'Among so many settings the best looks better than it will be.';
  const own = banded
    ? { segments: { ...config.segments, [segment]: { ...banded, statistic } } }
    : combined && { combined: { ...config.combined, [segment]: { ...combined, statistic } } };
  return { ...config, $comment: reason, ...own, default_segment: segment, imputation };
}
