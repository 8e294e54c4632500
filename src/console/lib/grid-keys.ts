import { useLayoutEffect, useRef } from 'hono/jsx/dom';

/** Where a key goes, in rows and columns. */
const STEPS: Readonly<Record<string, [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
  Home: [0, Number.NEGATIVE_INFINITY],
  End: [0, Number.POSITIVE_INFINITY],
};

/** @returns the buttons of a table by row; a row without any is left out */
function buttonsOf(table: HTMLElement): HTMLButtonElement[][] {
  return Array.from(table.querySelectorAll('tbody tr'), (row) => [
    ...row.querySelectorAll<HTMLButtonElement>('button'),
  ]).filter((buttons) => buttons.length > 0);
}

/**
 * Makes one tab stop of a table of buttons: the arrow keys, Home, End, Page Up and Page Down move within it, with
 * Ctrl to its corners.
 *
 * @returns properties of the table
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
export function useGridKeys() {
  const ref = useRef<HTMLTableElement | null>(null);
  // Before anything else can happen: a key that is pressed at once finds the stop.
  useLayoutEffect(() => {
    if (ref.current) oneTabStop(ref.current);
  });
  return { ref, onKeyDown: moveInGrid };
}

function oneTabStop(table: HTMLElement): void {
  const all = [...table.querySelectorAll<HTMLButtonElement>('tbody button')];
  if (all.length === 0) return;
  table.setAttribute('role', 'grid');
  const stop =
    all.find((button) => button === document.activeElement) ?? all.find(({ tabIndex }) => tabIndex === 0);
  for (const button of all) button.tabIndex = button === (stop ?? all[0]) ? 0 : -1;
}

function moveInGrid(event: KeyboardEvent): void {
  const { key, ctrlKey, target, currentTarget } = event;
  const step = STEPS[key];
  if (step === undefined || !(target instanceof HTMLButtonElement)) return;
  const table = currentTarget as HTMLElement;
  const rows = buttonsOf(table);
  const row = rows.findIndex((buttons) => buttons.includes(target));
  const column = rows[row]?.indexOf(target) ?? -1;
  if (column < 0) return;
  event.preventDefault();
  const last = rows.length - 1;
  const corner = key === 'Home' ? 0 : key === 'End' ? last : row;
  const to = rows[ctrlKey ? corner : Math.max(0, Math.min(last, row + step[0]))] ?? [];
  const next = to[Math.max(0, Math.min(to.length - 1, column + step[1]))];
  if (next === undefined) return;
  target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
