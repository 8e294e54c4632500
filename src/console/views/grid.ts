import type { Statistic } from '../../core/estimate/statistics.ts';
import type { Feature } from '../../core/segments/features.ts';
import { words } from '../lib/format.ts';
import type { Cell, CountryTable, Description, Table } from '../lib/service.ts';

export type MeasureName = 'served' | 'mean' | 'median' | 'mode' | 'rows';

/** What a cell can be shown by. */
export interface Measure {
  name: MeasureName;
  label: string;
  of: (cell: Cell) => number | null;
  /** Amounts of two countries are of two currencies, so only rows can be compared over the whole map. */
  within: 'country' | 'map';
}

const SERVED: Measure = {
  name: 'served',
  label: 'Served',
  of: (cell) => cell.voucher_amount,
  within: 'country',
};

export const MEASURES: readonly Measure[] = [
  SERVED,
  { name: 'mean', label: 'Mean', of: ({ mean }) => mean ?? null, within: 'country' },
  { name: 'median', label: 'Median', of: ({ median }) => median ?? null, within: 'country' },
  { name: 'mode', label: 'Mode', of: ({ mode }) => mode ?? null, within: 'country' },
  { name: 'rows', label: 'Rows', of: ({ count }) => count ?? 0, within: 'map' },
];

/** @returns the measure of a name, the amount served where there is no such measure */
export function measureNamed(name: string | null): Measure {
  return MEASURES.find((measure) => measure.name === name) ?? SERVED;
}

/** A segment as a table of countries and bands. */
export interface Grid {
  version: string;
  segment: string;
  combined: boolean;
  /** A sentence on what it bands. */
  about: string;
  countries: string[];
  bands: string[];
  /** By country, then by band; null where a combination does not decide anything in a country. */
  cells: (Cell | null)[][];
  /** All rows of each country; null where it has none. */
  overall: (Statistic | null)[];
  /** The periods of the trends; null where there are none. */
  trend: Table['trend'];
  /** The range of the history. */
  data: Description['data'];
}

const FEATURES: Record<Feature, string> = {
  total_orders: 'Orders that the customer had made',
  days_since_last_order: 'Days since the last order',
  days_since_first_order: 'Days since the first order',
  weekday: 'Day of the week, 1 is Monday',
  hour: 'Hour of the day, UTC',
};

/** Bands come in the order of their numbers; combinations with the most rows first. */
export function gridOf({ config, data }: Description, table: Table, segment: string): Grid {
  const banded = config.segments[segment];
  const tables = Object.entries(table.countries).map(([country, own]) => ({
    country,
    overall: own.overall,
    cells: cellsOf(own, segment),
  }));
  const bands = banded
    ? banded.bands.toSorted((a, b) => a.min - b.min).map(({ name }) => name)
    : byRows(tables.map(({ cells }) => cells));
  return {
    version: table.version,
    segment,
    combined: banded === undefined,
    about: banded ? `${FEATURES[banded.of]}.` : jointly(config.combined[segment]?.combine ?? []),
    countries: tables.map(({ country }) => country),
    bands,
    cells: tables.map(({ cells }) => bands.map((band) => cells.get(band) ?? null)),
    overall: tables.map(({ overall }) => overall),
    trend: table.trend,
    data,
  };
}

function cellsOf({ segments }: CountryTable, segment: string): Map<string, Cell> {
  return new Map(Object.entries(segments[segment] ?? {}));
}

function byRows(countries: readonly Map<string, Cell>[]): string[] {
  const rows = new Map<string, number>();
  for (const cells of countries) {
    for (const [band, { count = 0 }] of cells) rows.set(band, (rows.get(band) ?? 0) + count);
  }
  return [...rows].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).map(([band]) => band);
}

function jointly(parts: readonly string[]): string {
  return `${parts.map(words).join(' × ')}, taken jointly. * stands for any band.`;
}

/** Whether any cell of a map has a value that is not whole. */
export function hasFractions(grid: Grid, measure: Measure): boolean {
  return grid.cells.some((cells) =>
    cells.some((cell) => cell?.count && !Number.isInteger(measure.of(cell) ?? 0)),
  );
}

/** The steps of the colour scale, from 0. */
export const STEPS = 7;

/** @returns the step of a cell on the scale of what it may be compared with; null where it has no value */
export function stepOf(grid: Grid, measure: Measure, row: number, column: number): number | null {
  const value = valueAt(grid, measure, row, column);
  if (value === null) return null;
  const own = grid.cells[row] ?? [];
  const [low, high] =
    measure.within === 'map' ? rangeOf(grid, grid.cells, measure) : rangeOf(own, [own], measure);
  if (high <= low) return 2;
  return Math.min(STEPS - 1, Math.floor(((value - low) / (high - low)) * STEPS));
}

/** A band without history has no place on the scale, whatever its customers are given. */
export function valueAt(grid: Grid, measure: Measure, row: number, column: number): number | null {
  const cell = grid.cells[row]?.[column] ?? null;
  return cell === null || !cell.count ? null : measure.of(cell);
}

const ranges = new WeakMap<object, Map<MeasureName, [number, number]>>();

/** Looked up once for each map or country, not for each of its cells. @param of what the rows are all the cells of */
function rangeOf(
  of: object,
  rows: readonly (readonly (Cell | null)[])[],
  measure: Measure,
): [low: number, high: number] {
  const known = ranges.get(of) ?? new Map<MeasureName, [number, number]>();
  ranges.set(of, known);
  const found = known.get(measure.name);
  if (found) return found;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cells of rows) {
    for (const cell of cells) {
      const value = cell?.count ? measure.of(cell) : null;
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  // Rows start at nothing: a map of one size of cells should not look like a map of many.
  const range: [number, number] = [measure.within === 'map' ? 0 : low, high];
  known.set(measure.name, range);
  return range;
}
