import type { EvaluationReport, Report } from '../../src/api/report.ts';
import type { Config } from '../../src/core/config/config.ts';
import type { Cube } from '../../src/core/cube/cube.ts';
import { DataError } from '../../src/core/errors.ts';
import { evaluate } from './evaluation.ts';
import { rollingFolds } from './folds.ts';
import { ranked } from './recommend.ts';

/** @returns what the console shows of a build: examples of dropped rows, and which setting would have been right */
export function reportOf(cube: Cube, config: Config, dropped: Report['dropped']): Report {
  return { dropped, evaluation: evaluationOf(cube, config) };
}

function evaluationOf(cube: Cube, config: Config): EvaluationReport | null {
  try {
    const { folds, results } = evaluate(cube, config, rollingFolds(cube));
    return {
      folds,
      results: ranked(results).map(
        ({ segment, statistic, imputation, rows, mae, rmse, exact, coverage, spend }) => ({
          ...{ segment, statistic, imputation, rows, mae, rmse, exact },
          by_default: coverage.default,
          spend,
        }),
      ),
    };
  } catch (error) {
    // A history of one period, or without amounts, has nothing to test on.
    if (error instanceof DataError) return null;
    throw error;
  }
}
