import { interval } from '../lib/certainty.ts';
import { csvText, type Field } from '../lib/csv.ts';
import type { Grid } from './grid.ts';

const COLUMNS = [
  'country',
  'segment',
  'band',
  'voucher_amount',
  'currency',
  'source',
  'rows',
  'observed',
  'mean',
  'mean_from_95',
  'mean_to_95',
  'median',
  'mode',
  'q1',
  'q3',
  'standard_error',
  'artifact_version',
] as const;

/** @returns the tables of segments as CSV: a line for each cell that decides */
export function csvOf(grids: readonly Grid[]): string {
  const lines = grids.flatMap((grid) =>
    grid.countries.flatMap((country, row) =>
      grid.bands.flatMap((band, column): Field[][] => {
        const cell = grid.cells[row]?.[column];
        if (!cell) return [];
        const { low = null, high = null } = interval(cell) ?? {};
        const { voucher_amount, source, count = 0, observed = 0, mean, median, mode, q1, q3 } = cell;
        return [
          [
            ...[country, grid.segment, band, voucher_amount, grid.currencies[row], source, count, observed],
            ...[mean, low, high, median, mode, q1, q3, cell.standard_error, grid.version],
          ],
        ];
      }),
    ),
  );
  return csvText([COLUMNS, ...lines]);
}
