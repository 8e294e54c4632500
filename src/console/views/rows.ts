import type { Quality } from '../../core/cube/cube.ts';
import type { DropReason } from '../../core/history/clean.ts';
import { type Child, h } from '../lib/dom.ts';
import { amount, count, percent, words } from '../lib/format.ts';
import { tableHead, tableRow } from '../lib/parts.ts';
import { addressOf } from '../lib/router.ts';
import type { Description, Table } from '../lib/service.ts';
import { rowsOf } from './grid.ts';

/** Why rows were dropped, for people. */
export const REASONS: Record<DropReason, string> = {
  malformed_row: 'Too few or too many fields',
  invalid_timestamp: 'No readable time of the assignment',
  invalid_last_order_ts: 'No readable time of the last order',
  missing_country_code: 'No country',
  negative_days_between_orders: 'Given before the last order',
};

/** What every row became: each row is in exactly one part. */
interface Part {
  kind: 'kept' | 'filled' | 'dropped';
  /** In the bar. */
  short: string;
  name: string;
  rows: number;
  reason?: DropReason;
}

function partsOf({ rows_kept, dropped, voucher_amount_imputed }: Quality): Part[] {
  const reasons = (Object.entries(dropped) as [DropReason, number][]).filter(([, rows]) => rows > 0);
  return [
    {
      kind: 'kept',
      short: 'Own amount',
      name: 'Kept, with an amount of their own',
      rows: rows_kept - voucher_amount_imputed,
    },
    { kind: 'filled', short: 'Filled', name: 'Kept, the amount filled in', rows: voucher_amount_imputed },
    ...reasons.map(([reason, rows]): Part => {
      const name = `Dropped: ${(REASONS[reason] ?? words(reason)).toLowerCase()}`;
      return { kind: 'dropped', short: 'Dropped', name, rows, reason };
    }),
  ];
}

/**
 * What became of the rows: one bar of labelled parts, and the same parts as a table.
 *
 * @param examples makes the button that shows some rows of a reason, where the build has kept any
 */
export function rowsBar(quality: Quality, examples: (reason: DropReason) => Child): HTMLElement {
  const { rows_read, total_orders_filled } = quality;
  const parts = partsOf(quality).filter(({ rows }) => rows > 0);
  const share = (rows: number) => percent(rows_read === 0 ? 0 : rows / rows_read);
  const line = (key: string, name: string, rows: number, more: Child = '') =>
    tableLine([h('span', { class: `key key-${key}`, 'aria-hidden': 'true' }), name, more], rows, share(rows));
  return h(
    'div.rows',
    h('div.rows-bar', { 'aria-hidden': 'true' }, parts.map(partOfBar)),
    h(
      'table.list.list-plain',
      h('caption.unseen', 'Rows by what became of them'),
      tableHead(['What they became', 'Rows', 'Share of all'], 2),
      h(
        'tbody',
        parts.map(({ kind, name, rows, reason }) => line(kind, name, rows, reason && examples(reason))),
        total_orders_filled > 0 &&
          line('none', 'Among the kept: orders missing or unreadable, counted as 0', total_orders_filled),
      ),
    ),
  );
}

function partOfBar({ kind, short, rows }: Part, _: number, all: readonly Part[]): HTMLElement {
  const total = all.reduce((sum, part) => sum + part.rows, 0);
  const part = h(`span.rows-part.rows-${kind}`, h('span', `${short} ${percent(rows / total)}`));
  // A policy without inline styles forbids the attribute, not the property.
  part.style.flexGrow = String(rows);
  return part;
}

/** Rows that are kept and yet in no band: each segment that leaves gaps, with its share, and what such customers get. */
export function rowsInNoBand({ countries }: Table, { config, quality }: Description): Child {
  const inBands = new Map<string, number>();
  let all = 0;
  for (const { overall, segments } of Object.values(countries)) {
    all += overall?.count ?? 0;
    for (const [name, cells] of Object.entries(segments)) {
      inBands.set(name, (inBands.get(name) ?? 0) + rowsOf(Object.values(cells)));
    }
  }
  const gaps = [...inBands].filter(([, rows]) => rows < all);
  if (gaps.length === 0) return null;
  const [[first = ''] = []] = gaps;
  const link = h(
    'a',
    { href: addressOf('what-if', { of: first, fallback: 'country' }) },
    'See what would change',
  );
  const answer = config.fallback.includes('country')
    ? 'Asked with that segment, such customers get the amount of their country: "fallback" in the config says so.'
    : [
        `Asked with that segment, such customers get the default, ${amount(config.default_amount)}. With `,
        h('code', '"fallback": ["country"]'),
        ' in the config they get the amount of their country. ',
        link,
        '.',
      ];
  return [
    h(
      'table.list.list-plain.no-band',
      h('caption', 'Kept rows that are in no band of a segment'),
      tableHead(['Segment', 'Rows', 'Share of the kept'], 2),
      h(
        'tbody',
        gaps.map(([name, rows]) =>
          tableLine(
            h('a', { href: addressOf('segments', { of: name, by: 'rows' }) }, words(name)),
            all - rows,
            percent((all - rows) / quality.rows_kept),
          ),
        ),
      ),
    ),
    h('p.hint', answer),
  ];
}

function tableLine(name: Child, rows: number, share: string): HTMLElement {
  return tableRow(name, h('td.number', count(rows)), h('td.number', share));
}
