import { fill, h } from '../lib/dom.ts';
import { count, plural, words } from '../lib/format.ts';
import type { Grid, Measure } from './grid.ts';
import { cellButton } from './heat-map.ts';

/** The combinations that are shown before somebody asks for more. */
const PAGE = 25;

/** A segment of combinations: too many for columns, so they are the rows, found by a part of their name. */
export function combinations(
  grid: Grid,
  measure: Measure,
  open: (row: number, column: number) => void,
): HTMLElement {
  const body = h('tbody', {});
  const more = h('div', { class: 'more' });
  let shown = PAGE;
  const search = h('input', {
    id: 'find',
    type: 'search',
    placeholder: 'such as 181+ or × 38+',
    autocomplete: 'off',
    input: () => {
      shown = PAGE;
      draw();
    },
  });

  function draw(): void {
    const wanted = search.value.trim().toLowerCase();
    const found = grid.bands.flatMap((band, column) => (band.toLowerCase().includes(wanted) ? [column] : []));
    fill(body, found.slice(0, shown).map(rowOf));
    const rest = found.length - shown;
    fill(
      more,
      h(
        'p',
        { class: 'hint', role: 'status' },
        found.length === 0
          ? 'No combination has this in its name.'
          : `${count(Math.min(shown, found.length))} of ${plural(found.length, 'combination')}, those with the most rows first`,
      ),
      rest > 0 &&
        h(
          'button',
          {
            type: 'button',
            class: 'button',
            click: () => {
              shown += 4 * PAGE;
              draw();
            },
          },
          `Show ${count(Math.min(rest, 4 * PAGE))} more`,
        ),
    );
  }

  function rowOf(column: number): HTMLElement {
    return h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        (grid.bands[column] ?? '')
          .split(' × ')
          .flatMap((part, index) => [
            index > 0 && ' × ',
            h('span', { class: part === '*' ? 'any' : 'part' }, part),
          ]),
      ),
      grid.countries.map((_, row) => h('td', {}, cellButton(grid, measure, row, column, open))),
    );
  }

  draw();
  return h(
    'div',
    {},
    h('div', { class: 'field find' }, h('label', { for: 'find' }, 'Find a combination'), search),
    h(
      'div',
      {
        class: 'scroll',
        role: 'region',
        'aria-label': `Combinations of ${words(grid.segment)}`,
        tabindex: 0,
      },
      h(
        'table',
        { class: 'heat heat-tall' },
        h('caption', { class: 'unseen' }, `${measure.label} by combination and country`),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 'Combination'),
            grid.countries.map((country) => h('th', { scope: 'col', title: country }, country)),
          ),
        ),
        body,
      ),
    ),
    more,
  );
}
