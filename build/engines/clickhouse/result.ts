import { isUtf8 } from 'node:buffer';
import { Cube, type CubeLayout, MOST_CELLS, qualityOf } from '../../../src/core/cube/cube.ts';
import { DataError } from '../../../src/core/errors.ts';
import { amountReader, PLAIN_NUMBERS } from '../../../src/core/fields/numbers.ts';
import { DROP_REASONS } from '../../../src/core/history/clean.ts';
import { MISSING_AMOUNT } from '../../../src/core/values.ts';
import { periodOffset } from './sql/calendar.ts';
import { MOST_ROWS } from './sql/cube.ts';

const readAmount = amountReader(PLAIN_NUMBERS);

/** What a query of the cube counted. */
export interface CountedRows {
  cube: Cube;
  /** All rows read. */
  rows: number;
}

/** @returns whether a row was read that core may read in another way: see CubeSource in sql/cube.ts */
export function hasStrange(rows: readonly string[][]): boolean {
  return rows.some((row) => row[8] !== '0');
}

/** What a query counted of rows that are alike. */
export interface CountedGroup {
  country: string;
  /** The place of the reason in DROP_REASONS, from 1; 0 for rows that are kept. */
  reason: number;
  /** The cube's number of period and bands, for periods as SQL counts them: see {@link periodOffset}. */
  group: number;
  /** As it is written. */
  amount: string;
  rows: number;
  /** How many of them had their total_orders filled. */
  filled: number;
  /** The span of their timestamps, in seconds since 1970. */
  first: number;
  last: number;
}

/** Adds what a query counted to core's cube. */
export function addGroups(cube: Cube, groups: Iterable<CountedGroup>): void {
  const { period, combinations } = cube.layout;
  const offset = periodOffset(period) * combinations;
  for (const { country, reason, group, amount, rows, filled, first, last } of groups) {
    const dropped = DROP_REASONS[reason - 1];
    if (dropped) {
      cube.drop(country, dropped, rows);
      continue;
    }
    cube.addCells(country, [group - offset, Math.max(readAmount(amount), MISSING_AMOUNT), rows]);
    cube.addFilled(country, filled);
    cube.span(first, last);
  }
}

/**
 * Adds up the rows of {@link cubeQuery} in core's cube.
 *
 * @throws DataError for more distinct cells than a cube may hold, and for a country that is no text in UTF-8
 */
export function countRows(rows: readonly string[][], layout: CubeLayout): CountedRows {
  const cube = new Cube(layout);
  addGroups(cube, rows.map(groupOf));
  if (rows.length >= MOST_ROWS) {
    throw new DataError(
      `expected at most ${MOST_CELLS} distinct combinations of country, period, bands and amount, got more: ` +
        'does voucher_amount or country_code hold something else, such as an id?',
    );
  }
  return { cube, rows: qualityOf(cube.countries.values()).rows_read };
}

function groupOf([
  country = '',
  reason,
  group,
  amount = '',
  rows,
  filled,
  first,
  last,
]: readonly string[]): CountedGroup {
  return {
    country: textOf(country),
    reason: Number(reason),
    group: Number(group),
    amount,
    rows: Number(rows),
    filled: Number(filled),
    first: Number(first),
    last: Number(last),
  };
}

function textOf(hexadecimal: string): string {
  const bytes = Buffer.from(hexadecimal, 'hex');
  if (!isUtf8(bytes)) {
    throw new DataError(`expected country codes in UTF-8, found the bytes ${hexadecimal.slice(0, 60)}`);
  }
  return bytes.toString('utf8');
}
