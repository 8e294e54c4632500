import * as z from 'zod/mini';
import { canonicalJson } from '../canonical.ts';
import { DROP_REASONS, FILLED_FIELDS } from '../history/clean.ts';
import { type Checked, check } from '../issues.ts';
import { MISSING_AMOUNT } from '../values.ts';
import { Count } from '../wire-fields.ts';
import { type CountryCounts, Cube, type CubeCounts, type CubeLayout } from './cube.ts';

/** The version of the text below: another one is not read. */
export const CUBE_SCHEMA_VERSION = 2;

/**
 * The version of the rules for rows: it is raised when the reading, cleaning or banding of a row changes, so that
 * no cube is taken for one that the rules of today would make.
 */
export const CUBE_RULES_VERSION = 5;

const Rows = z.int().check(z.gte(1));
const Second = z.nullable(z.int());

/** Three numbers for each cell: its group, its amount, its rows. All at once, for there may be a million of them. */
const Cells = z.custom<number[]>(isCells, {
  error: 'expected cells of a group, an amount and a number of rows',
});

function isCells(input: unknown): boolean {
  if (!Array.isArray(input) || input.length % 3 !== 0) return false;
  for (let at = 0; at < input.length; at += 3) {
    const amount: unknown = input[at + 1];
    if (!Number.isSafeInteger(input[at]) || !Number.isSafeInteger(input[at + 2]) || input[at + 2] < 1)
      return false;
    if (typeof amount !== 'number' || !(amount >= 0 || amount === MISSING_AMOUNT)) return false;
  }
  return true;
}

const CubeSchema = z.strictObject({
  schema_version: z.literal(CUBE_SCHEMA_VERSION),
  rules_version: z.literal(CUBE_RULES_VERSION),
  layout: z.string(),
  first_timestamp: Second,
  last_timestamp: Second,
  countries: z.array(
    z.strictObject({
      country: z.string(),
      cells: Cells,
      dropped: z.partialRecord(z.enum(DROP_REASONS), Rows),
      total_orders_filled: Count,
      first_order_ts_unreadable: Count,
      total_orders_unreadable: Count,
      voucher_amount_unreadable: Count,
    }),
  ),
});

/** @returns a text that layouts share when their cubes can be added, and only then */
export function layoutText({ period, segments }: CubeLayout): string {
  const shapes = segments.map(({ name, feature, bands }) => ({ name, of: feature, bands }));
  return canonicalJson({ period, segments: shapes });
}

/** @returns a cube as canonical JSON: the same counts have the same text, however they came about */
export function cubeText({
  countries,
  firstTimestamp,
  lastTimestamp,
  layout,
}: CubeCounts & Pick<Cube, 'layout'>): string {
  return canonicalJson({
    schema_version: CUBE_SCHEMA_VERSION,
    rules_version: CUBE_RULES_VERSION,
    layout: layoutText(layout),
    first_timestamp: firstTimestamp,
    last_timestamp: lastTimestamp,
    countries: [...countries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([country, { groups, dropped, totalOrdersFilled, unreadable }]) => ({
        country,
        cells: cellsOf(groups),
        dropped,
        total_orders_filled: totalOrdersFilled,
        first_order_ts_unreadable: unreadable.first_order_ts ?? 0,
        total_orders_unreadable: unreadable.total_orders ?? 0,
        voucher_amount_unreadable: unreadable.voucher_amount ?? 0,
      })),
  });
}

/** Reads what {@link cubeText} has written, for the same layout. @param input parsed JSON */
export function parseCube(input: unknown, layout: CubeLayout): Checked<Cube> {
  const checked = check(CubeSchema, input);
  if (!checked.ok) return checked;
  const { value } = checked;
  if (value.layout !== layoutText(layout)) {
    return { ok: false, issues: [{ path: 'layout', message: 'expected the layout of this config' }] };
  }
  const cube = new Cube(layout);
  for (const counts of value.countries) {
    const { country, cells, dropped, total_orders_filled } = counts;
    cube.addCells(country, cells);
    const unreadable = Object.fromEntries(
      FILLED_FIELDS.map((field) => [field, counts[`${field}_unreadable`]]),
    );
    cube.addCleaning(country, { dropped, totalOrdersFilled: total_orders_filled, unreadable });
  }
  if (value.first_timestamp !== null && value.last_timestamp !== null) {
    cube.span(value.first_timestamp, value.last_timestamp);
  }
  return { ok: true, value: cube };
}

function cellsOf(groups: CountryCounts['groups']): number[] {
  const byNumber = ([a]: [number, unknown], [b]: [number, unknown]) => a - b;
  return [...groups]
    .sort(byNumber)
    .flatMap(([group, amounts]) =>
      [...amounts].sort(byNumber).flatMap(([amount, rows]) => [group, amount, rows]),
    );
}
