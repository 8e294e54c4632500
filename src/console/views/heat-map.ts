import { h } from '../lib/dom.ts';
import { amount, NONE, plural, short, words } from '../lib/format.ts';
import { THIN } from './attention.ts';
import { type Grid, hasFractions, type Measure, stepOf, valueAt } from './grid.ts';

/** More bands than this do not fit side by side: they scroll. */
const MOST_EVEN = 14;

type Open = (row: number, column: number) => void;

/** Countries × bands as a table whose cells are buttons: the colours say nothing that its words do not. */
export function heatMap(grid: Grid, measure: Measure, open: Open): HTMLElement {
  return h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': `Map of ${words(grid.segment)}`, tabindex: 0 },
    h(
      'table',
      { class: grid.bands.length <= MOST_EVEN ? 'heat heat-even' : 'heat' },
      h('caption', { class: 'unseen' }, `${measure.label} by country and band of ${words(grid.segment)}`),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Country'),
          grid.bands.map((band) => h('th', { scope: 'col' }, band)),
        ),
      ),
      h(
        'tbody',
        {},
        grid.countries.map((country, row) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row', title: country }, country),
            grid.bands.map((_, column) => h('td', {}, cellButton(grid, measure, row, column, open))),
          ),
        ),
      ),
    ),
  );
}

/** One cell: its value on its step of the scale; marked where it is thin, hatched where it is empty. */
export function cellButton(
  grid: Grid,
  measure: Measure,
  row: number,
  column: number,
  open: Open,
): HTMLElement {
  const cell = grid.cells[row]?.[column] ?? null;
  if (cell === null)
    return h('span', { class: 'cell cell-none', 'aria-label': 'does not decide here' }, NONE);
  const value = valueAt(grid, measure, row, column);
  const fractions = fractionsOf(grid, measure);
  const step = stepOf(grid, measure, row, column);
  const rows = cell.count ?? 0;
  const thin = rows > 0 && rows < THIN;
  const text = value === null ? (rows === 0 ? 'empty' : NONE) : short(value, fractions);
  const said =
    rows === 0
      ? `${text}, no history, given ${amount(cell.voucher_amount)}`
      : `${text}, ${plural(rows, 'row')}${thin ? ', thin' : ''}`;
  return h(
    'button',
    {
      type: 'button',
      class: `cell ${step === null ? 'cell-empty' : `step-${step}`}${thin ? ' cell-thin' : ''}`,
      'aria-haspopup': 'dialog',
      'aria-label': `${grid.countries[row]}, ${grid.bands[column]}: ${said}`,
      click: () => open(row, column),
    },
    text,
  );
}

const fractionsKnown = new WeakMap<Grid, Map<Measure, boolean>>();

/** Looked up once for each map, not for each of its cells. */
function fractionsOf(grid: Grid, measure: Measure): boolean {
  const known = fractionsKnown.get(grid) ?? new Map<Measure, boolean>();
  fractionsKnown.set(grid, known);
  const found = known.get(measure) ?? hasFractions(grid, measure);
  known.set(measure, found);
  return found;
}
