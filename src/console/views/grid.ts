import type { Statistic } from '../../core/estimate/schema.ts';
import { ANY_BAND, JOINT, partsOf } from '../../core/segments/cell-names.ts';
import type { Feature } from '../../core/segments/features.ts';
import { interval, withinChance } from '../lib/certainty.ts';
import { csvText, type Field } from '../lib/csv.ts';
import { type Fractions, fractionsByCurrency, words } from '../lib/format.ts';
import type { Cell, Description, Table } from '../lib/service.ts';

/** What a cell can be shown by. */
export interface Measure {
  name: 'served' | 'mean' | 'median' | 'mode' | 'rows';
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

/** A country of a map. */
export interface Row {
  country: string;
  /** Undefined where the config names none. */
  currency: string | undefined;
  /** By band; null where a combination does not decide anything in the country. */
  cells: (Cell | null)[];
  /** All rows of the country; null where it has none. */
  overall: Statistic | null;
}

/** A segment as a table of countries and bands. */
export interface Grid {
  version: string;
  segment: string;
  combined: boolean;
  /** Of a segment of combinations: what it takes jointly, in the order of a combination's name. */
  parts: { segment: string; bands: string[] }[];
  /** A sentence on what it bands. */
  about: string;
  bands: string[];
  rows: Row[];
  /** The most rows of a cell. */
  most: number;
  /** The periods of the trends; null without any. */
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

/**
 * @param segments those that a combination takes jointly, in their order
 * @returns a band for people: of "30-60 × *", which combines recency and volume, "recency 30-60"; without the segments
 *   "30-60 × any"
 */
export function bandLabel(band: string, segments: readonly string[] = []): string {
  const parts = partsOf(band);
  if (segments.length === 0) return parts.map((part) => (part === ANY_BAND ? 'any' : part)).join(JOINT);
  const known = parts.flatMap((part, at) =>
    part === ANY_BAND ? [] : [`${words(segments[at] ?? '')} ${part}`],
  );
  return known.join(JOINT) || 'any';
}

/** Bands come in the order of their numbers; combinations with the most rows first. */
export function gridOf({ config, data }: Description, table: Table, segment: string): Grid {
  const banded = config.segments[segment];
  const countries = Object.entries(table.countries);
  const known = countries.map(([, own]) => new Map(Object.entries(own.segments[segment] ?? {})));
  const bands = banded ? bandsOf(config, segment) : byRows(known);
  const rows = countries.map(([country, { currency, overall }], at): Row => {
    const cells = bands.map((band) => known[at]?.get(band) ?? null);
    return { country, currency: currency ?? undefined, overall, cells };
  });
  return {
    version: table.version,
    segment,
    combined: banded === undefined,
    parts: (config.combined[segment]?.combine ?? []).map((part) => ({
      segment: part,
      bands: bandsOf(config, part),
    })),
    about: banded ? `${FEATURES[banded.of]}.` : jointly(config.combined[segment]?.combine ?? []),
    bands,
    rows,
    most: Math.max(1, ...rows.flatMap(({ cells }) => cells.map((cell) => cell?.count ?? 0))),
    trend: table.trend,
    data,
  };
}

function bandsOf({ segments }: Description['config'], segment: string): string[] {
  return (segments[segment]?.bands ?? []).toSorted((a, b) => a.min - b.min).map(({ name }) => name);
}

function byRows(countries: readonly Map<string, Cell>[]): string[] {
  const rows = new Map<string, number>();
  for (const cells of countries) {
    for (const [band, { count = 0 }] of cells) rows.set(band, (rows.get(band) ?? 0) + count);
  }
  return [...rows].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).map(([band]) => band);
}

function jointly(parts: readonly string[]): string {
  return `${parts.map(words).join(JOINT)}, taken jointly.`;
}

/** @returns which amounts of a map are written with two digits after the point: see {@link fractionsByCurrency} */
export function fractionsOf({ rows }: Grid, measure: Measure): Fractions {
  return fractionsByCurrency(
    rows.flatMap(({ cells, currency }) => cells.map((cell) => [cell && measure.of(cell), currency] as const)),
  );
}

/** The steps of a colour scale, from 0. */
export const STEPS = 7;
/** The middle of a scale of amounts: the mean of the country. */
export const MIDDLE = 3;
/** An amount this far from the mean of its country, as a share of it, or further, has the darkest shade. */
export const SPAN = 0.3;

/** How a cell is coloured: its step, and whether its distance from the mean of the country may be chance. */
interface Shade {
  step: number;
  chance: boolean;
}

/**
 * Amounts are anchored at the mean of their country, with a span that is the same for every country and segment: what
 * differs by little looks alike. Rows are counted from 0 to the most of the map.
 *
 * @returns null for a cell without history: it has no place on a scale
 */
export function shadeOf(
  { most }: Grid,
  measure: Measure,
  { cells, overall }: Row,
  column: number,
): Shade | null {
  const cell = cells[column] ?? null;
  const value = shownValue(measure, cell);
  if (cell === null || value === null) return null;
  if (measure.within === 'map') {
    return { step: Math.min(STEPS - 1, Math.floor((value / most) * STEPS)), chance: false };
  }
  const anchor = overall?.mean;
  if (anchor == null || anchor <= 0) return { step: MIDDLE, chance: false };
  const share = Math.max(-1, Math.min(1, (value / anchor - 1) / SPAN));
  return { step: MIDDLE + Math.round(share * MIDDLE), chance: withinChance(cell, anchor) };
}

/** A band without history has no value. */
export function shownValue(measure: Measure, cell: Cell | null): number | null {
  return cell?.count ? measure.of(cell) : null;
}

/** @returns the rows of a country, or of a band over all countries */
export function rowsOf(cells: readonly (Cell | null)[]): number {
  return cells.reduce((rows, cell) => rows + (cell?.count ?? 0), 0);
}

const CSV_COLUMNS = [
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
    grid.rows.flatMap(({ country, currency, cells }) =>
      cells.flatMap((cell, column): Field[][] => {
        if (cell === null) return [];
        const { low = null, high = null } = interval(cell) ?? {};
        const { voucher_amount, source, count = 0, observed = 0, mean, median, mode, q1, q3 } = cell;
        return [
          [
            ...[country, grid.segment, grid.bands[column], voucher_amount, currency, source, count, observed],
            ...[mean, low, high, median, mode, q1, q3, cell.standard_error, grid.version],
          ],
        ];
      }),
    ),
  );
  return csvText([CSV_COLUMNS, ...lines]);
}
