import { entry } from '../../src/core/entry.ts';
import { COLUMNS, width, wrap } from './wrap.ts';

/** How a table is laid out. */
interface Layout {
  /** The columns of numbers, by position. */
  right?: readonly number[];
  /** The width that the table may take. */
  columns?: number;
  /** The columns to leave out where there is no room for all, by position; the first one goes first. */
  spare?: readonly number[];
}

const GAP = 2;

/**
 * Lays out rows of cells in columns, two spaces apart. A table that is too wide loses its spare columns first; then
 * its widest column of words is wrapped between words.
 *
 * @param rows the first one may be a heading; every row has the same columns
 * @returns lines, each with its line end
 * @example table([['Country', 'Rows'], ['Peru', '1,387']], { right: [1] })
 */
export function table(
  rows: readonly (readonly string[])[],
  { right = [], columns = COLUMNS, spare = [] }: Layout = {},
): string {
  const kept = keptColumns(rows, columns, spare);
  const shown = rows.map((row) => kept.map((column) => entry(row, column)));
  const alignRight = new Set(kept.flatMap((column, at) => (right.includes(column) ? [at] : [])));
  const widths = widthsOf(shown);
  shrinkWidest(widths, shown, alignRight, columns);
  return shown.map((row) => linesOf(row, widths, alignRight)).join('');
}

/** @returns the positions of the columns that a {@link table} has room for; the parameters as there */
export function keptColumns(rows: readonly (readonly string[])[], columns: number, spare: readonly number[]) {
  const widths = widthsOf(rows);
  const kept = new Set(widths.keys());
  for (const column of spare) {
    if (total([...kept].map((at) => entry(widths, at))) <= columns) break;
    kept.delete(column);
  }
  return [...kept];
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, one) => sum + one, 0) + GAP * Math.max(0, widths.length - 1);
}

/** Takes from the widest column of words what the table is too wide by; no column gets narrower than its longest word. */
function shrinkWidest(
  widths: number[],
  rows: readonly (readonly string[])[],
  alignRight: ReadonlySet<number>,
  columns: number,
): void {
  const over = total(widths) - columns;
  const widest = Math.max(...widths.filter((_, column) => !alignRight.has(column)));
  const column = widths.findIndex((one, at) => one === widest && !alignRight.has(at));
  if (over <= 0 || column === -1) return;
  const longestWord = Math.max(...rows.flatMap((row) => entry(row, column).split(' ').map(width)));
  const indent = Math.max(...rows.map((row) => indentIn(entry(row, column)).length));
  widths[column] = Math.min(widest, Math.max(widest - over, longestWord + indent));
}

/** @returns the spaces that a cell begins with */
function indentIn(cell: string): string {
  return cell.slice(0, cell.length - cell.trimStart().length);
}

function linesOf(row: readonly string[], widths: readonly number[], alignRight: ReadonlySet<number>): string {
  const cells = row.map((cell, column) => wrapCell(cell, entry(widths, column)));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, column) => {
        const text = lines[line] ?? '';
        const padding = ' '.repeat(Math.max(0, entry(widths, column) - width(text)));
        return alignRight.has(column) ? padding + text : text + padding;
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
    .map((text) => `${text}\n`)
    .join('');
}

/** @returns the lines of a cell; each begins with the spaces that the cell begins with */
function wrapCell(cell: string, columns: number): string[] {
  if (width(cell) <= columns) return [cell];
  const indent = indentIn(cell);
  return (indent + wrap(cell.trim().split(' '), indent.length, indent.length, columns)).split('\n');
}
