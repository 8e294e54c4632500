import { isUtf8 } from 'node:buffer';
import { Cube, type CubeLayout, MOST_CELLS, qualityOf } from '../../../src/core/cube/cube.ts';
import { DataError } from '../../../src/core/errors.ts';
import { DROP_REASONS } from '../../../src/core/history/clean.ts';
import { parseAmount } from '../../../src/core/values.ts';
import { bandsOf } from './sql/bands.ts';
import { periodOffset } from './sql/calendar.ts';
import { MOST_ROWS } from './sql/cube.ts';

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

/**
 * Adds up the rows of {@link cubeQuery} in core's cube.
 *
 * @throws DataError for more distinct cells than a cube may hold, and for a country that is no text in UTF-8
 */
export function countRows(rows: readonly string[][], layout: CubeLayout): CountedRows {
  const cube = new Cube(layout);
  const offset = periodOffset(layout.period);
  for (const [country = '', reason, address = '0', amount = '', count, filled, first, last] of rows) {
    const spelling = textOf(country);
    const dropped = DROP_REASONS[Number(reason) - 1];
    if (dropped) {
      cube.drop(spelling, dropped, Number(count));
      continue;
    }
    const group = Number(address);
    const combination = group % layout.combinations;
    const period = (group - combination) / layout.combinations - offset;
    cube.addRows(spelling, period, bandsOf(layout, combination), parseAmount(amount), Number(count));
    cube.country(spelling).totalOrdersFilled += Number(filled);
    cube.span(Number(first), Number(last));
  }
  if (rows.length >= MOST_ROWS) {
    throw new DataError(
      `expected at most ${MOST_CELLS} distinct combinations of country, period, bands and amount, got more: ` +
        'does voucher_amount or country_code hold something else, such as an id?',
    );
  }
  return { cube, rows: qualityOf(cube.countries.values()).rows_read };
}

function textOf(hexadecimal: string): string {
  const bytes = Buffer.from(hexadecimal, 'hex');
  if (!isUtf8(bytes)) {
    throw new DataError(`expected country codes in UTF-8, found the bytes ${hexadecimal.slice(0, 60)}`);
  }
  return bytes.toString('utf8');
}
