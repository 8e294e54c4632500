import { openDialog } from '../lib/dialog.ts';
import { h } from '../lib/dom.ts';
import { amount, count, percent, plural, words } from '../lib/format.ts';
import type { Cell } from '../lib/service.ts';
import { THIN } from './attention.ts';
import { distribution } from './distribution.ts';
import type { Grid } from './grid.ts';
import { trend } from './trend.ts';

/** Opens what is behind a cell: what is served, the amounts that were given, how far they spread, and how it went. */
export function openCell(grid: Grid, row: number, column: number): void {
  const cell = grid.cells[row]?.[column];
  if (!cell) return;
  openDialog({
    title: `${grid.countries[row]}, ${grid.bands[column]}`,
    about: words(grid.segment),
    body: [
      served(cell),
      ...(cell.count ? [distribution(cell), spread(cell), trend(grid, row, column)] : [nothing(cell)]),
    ],
  });
}

function served({ voucher_amount, source, count: rows = 0 }: Cell): HTMLElement {
  const from = { segment: 'from this cell', country: 'from the country as a whole', default: 'the default' }[
    source
  ];
  return h(
    'p',
    { class: 'served' },
    h('span', { class: 'served-amount' }, amount(voucher_amount)),
    h('span', { class: 'served-note' }, `is served, ${from}`),
    source === 'segment' &&
      rows < THIN &&
      h('span', { class: 'pill pill-warn' }, `only ${plural(rows, 'row')}`),
  );
}

function nothing({ source }: Cell): HTMLElement {
  const next = source === 'default' ? 'the default amount' : 'the statistic of the country';
  return h('p', {}, `The history has no row here, so customers of this band get ${next}.`);
}

function spread(cell: Cell): HTMLElement {
  const { count: rows = 0, observed = 0, mean, median, mode, q1, q3, standard_error } = cell;
  const item = (name: string, value: string, note = '') =>
    h('div', {}, h('dt', {}, name), h('dd', {}, value, note && h('small', {}, ` ${note}`)));
  return h(
    'dl',
    { class: 'figures' },
    item(
      'Rows',
      count(rows),
      observed > 0 && observed < rows ? `${count(rows - observed)} without an amount` : '',
    ),
    item('Mean', amount(mean), standard_error == null ? '' : `±\u00a0${amount(standard_error)}`),
    item('Median', amount(median)),
    item('Mode', amount(mode), modeShare(cell)),
    q1 != null && q3 != null && item('Middle half', `${amount(q1)} – ${amount(q3)}`),
  );
}

function modeShare({ mode, observed = 0, amounts = {} }: Cell): string {
  const most = mode == null ? 0 : (amounts[String(mode)] ?? 0);
  return most > 0 && observed > 0 ? `${percent(most / observed)} of rows` : '';
}
