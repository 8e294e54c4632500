import { h } from '../lib/dom.ts';
import type { Grid } from './grid.ts';

const COLUMNS = [
  'country',
  'segment',
  'band',
  'voucher_amount',
  'source',
  'rows',
  'observed',
  'mean',
  'median',
  'mode',
  'q1',
  'q3',
  'standard_error',
  'artifact_version',
] as const;

/** Saves the table of a segment as a file. */
export function download(grid: Grid): void {
  const address = URL.createObjectURL(new Blob([csvOf(grid)], { type: 'text/csv' }));
  h('a', { href: address, download: `${grid.segment}-${grid.version}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** @returns RFC 4180: one line for each cell, its figures as they are, without separators of thousands */
export function csvOf(grid: Grid): string {
  const lines: (string | number | null | undefined)[][] = [[...COLUMNS]];
  for (const [row, country] of grid.countries.entries()) {
    for (const [column, band] of grid.bands.entries()) {
      const cell = grid.cells[row]?.[column];
      if (!cell) continue;
      const {
        voucher_amount,
        source,
        count = 0,
        observed = 0,
        mean,
        median,
        mode,
        q1,
        q3,
        standard_error,
      } = cell;
      lines.push([
        country,
        grid.segment,
        band,
        voucher_amount,
        source,
        count,
        observed,
        mean,
        median,
        mode,
        q1,
        q3,
        standard_error,
        grid.version,
      ]);
    }
  }
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it: names come from the data. */
function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
