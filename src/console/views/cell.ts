import type { DecidingConfig } from '../../core/config/deciding.ts';
import { certainty, THIN } from '../lib/certainty.ts';
import { openDialog } from '../lib/dialog.ts';
import { h } from '../lib/dom.ts';
import { amount, count, haveFractions, percent, plural, priced, words } from '../lib/format.ts';
import { figure, pill } from '../lib/parts.ts';
import { addressOf } from '../lib/router.ts';
import type { Cell } from '../lib/service.ts';
import { distribution } from './distribution.ts';
import { bandLabel, type Grid } from './grid.ts';
import { trend } from './trend.ts';

/**
 * Opens the figures of a cell: what is served, how sure that is, the amounts that were given, and how it went.
 *
 * @returns the dialog; null where the cell decides nothing
 */
export function openCell(
  grid: Grid,
  config: DecidingConfig,
  row: number,
  column: number,
): HTMLDialogElement | null {
  const cell = grid.cells[row]?.[column];
  if (!cell) return null;
  const currency = grid.currencies[row];
  return openDialog({
    title: [
      h('bdi', grid.countries[row]),
      ', ',
      h(
        'bdi',
        bandLabel(
          grid.bands[column] ?? '',
          grid.parts.map(({ segment }) => segment),
        ),
      ),
    ],
    about: words(grid.segment),
    body: [
      served(cell, currency),
      ...(cell.count
        ? [sure(cell, currency), distribution(cell), spread(cell), trend(grid, row, column)]
        : [nothing(cell, grid, config, row)]),
    ],
  });
}

const FROM = {
  segment: 'from this cell',
  country: 'from the country as a whole',
  default: 'the default',
} as const;

function served({ voucher_amount, source, count: rows = 0 }: Cell, currency?: string): HTMLElement {
  return h(
    'p.served',
    h('span.served-amount', priced(voucher_amount, currency)),
    h('span.served-note', `is served, ${FROM[source]}`),
    source === 'segment' && rows < THIN && pill('warn', `only ${plural(rows, 'row')}`),
  );
}

/** How sure the mean is. */
function sure(cell: Cell, currency?: string): HTMLElement {
  return h(
    'p.certainty',
    'With 95% confidence the mean of such customers is ',
    h('strong', certainty(cell, currency)),
    '.',
  );
}

/** What a customer of an empty cell gets, and what would change that. */
function nothing({ source }: Cell, grid: Grid, config: DecidingConfig, row: number): HTMLElement {
  const next = source === 'default' ? 'the default amount' : 'the amount of the country as a whole';
  const country = grid.overall[row]?.mean;
  const whole = country == null ? '' : `, whose mean is ${priced(country, grid.currencies[row])}`;
  const link = (query: Record<string, string>) =>
    h('a', { href: addressOf('what-if', { of: grid.segment, ...query }) }, 'See what would change');
  return h(
    'div.nothing',
    h('p', `The history has no row here, so customers of this band get ${next}.`),
    source === 'default' && [
      h('h3', 'What would change it'),
      h(
        'ul',
        country != null &&
          !config.fallback.includes('country') &&
          h(
            'li',
            h('code', '"fallback": ["country"]'),
            ` in the config answers with the country${whole}. `,
            link({ fallback: 'country' }),
            '.',
          ),
        h('li', h('code', '"default_amount"'), ' in the config sets another default. ', link({}), '.'),
        h('li', 'A wider band, or a segment that has rows for these customers, answers from the history.'),
      ),
    ],
  );
}

function spread(cell: Cell): HTMLElement {
  const { count: rows = 0, observed = 0, mean, median, mode, q1, q3 } = cell;
  const fractions = haveFractions([mean, median, mode, q1, q3]);
  const without = rows - observed;
  return h(
    'dl.figures',
    figure('Rows', count(rows), without > 0 && observed > 0 ? `${count(without)} without an amount` : ''),
    figure('Mean', amount(mean, fractions)),
    figure('Median', amount(median, fractions)),
    figure('Mode', amount(mode, fractions), modeShare(cell)),
    q1 != null && q3 != null && figure('Middle half', `${amount(q1, fractions)} – ${amount(q3, fractions)}`),
  );
}

function modeShare({ mode, observed = 0, amounts = {} }: Cell): string {
  const most = mode == null ? 0 : (amounts[String(mode)] ?? 0);
  return most > 0 && observed > 0 ? `${percent(most / observed)} of rows` : '';
}
