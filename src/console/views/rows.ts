import type { Quality } from '../../core/cube/cube.ts';
import type { DropReason } from '../../core/history/clean.ts';
import { h, s } from '../lib/dom.ts';
import { count, percent } from '../lib/format.ts';

/** Why rows were dropped, for people. */
export const REASONS: Record<DropReason, string> = {
  malformed_row: 'too few or too many fields',
  invalid_timestamp: 'no readable time of the assignment',
  invalid_last_order_ts: 'no readable time of the last order',
  missing_country_code: 'no country',
  negative_days_between_orders: 'given before the last order',
};

/** The picture is drawn in these units and scaled to its place. */
const WIDTH = 720;
const BAR = 22;
const GAP = 54;
/** What a bar leaves free of the width, so that what parts from it is seen to part. */
const FREE = 56;

interface Part {
  rows: number;
  kind: 'read' | 'kept' | 'dropped' | 'own' | 'filled';
}

/**
 * The way of the rows: three bars with streams between them, as wide as their shares. The figures stand in the list
 * beside it, which says all that the picture shows.
 */
export function rowsPicture(quality: Quality): HTMLElement {
  const { rows_read, rows_kept, voucher_amount_imputed } = quality;
  const dropped = rows_read - rows_kept;
  const own = rows_kept - voucher_amount_imputed;
  const read: Part[] = [{ rows: rows_read, kind: 'read' }];
  const cleaned: Part[] = [
    { rows: rows_kept, kind: 'kept' },
    { rows: dropped, kind: 'dropped' },
  ];
  const filled: Part[] = [
    { rows: own, kind: 'own' },
    { rows: voucher_amount_imputed, kind: 'filled' },
  ];
  const height = 3 * BAR + 2 * GAP;
  const label = `${count(rows_read)} rows read, ${count(dropped)} dropped, ${count(rows_kept)} kept; ${count(own)} with an amount of their own, ${count(voucher_amount_imputed)} without`;
  return h(
    'div',
    { class: 'rows' },
    s(
      'svg',
      {
        class: 'rows-picture',
        viewBox: `0 0 ${WIDTH} ${height}`,
        preserveAspectRatio: 'none',
        role: 'img',
        'aria-label': label,
      },
      streams(read, cleaned, rows_read, BAR),
      streams(cleaned.slice(0, 1), filled, rows_read, BAR * 2 + GAP),
      bars(read, rows_read, 0),
      bars(cleaned, rows_read, BAR + GAP),
      bars(filled, rows_read, 2 * (BAR + GAP)),
    ),
    list(quality),
  );
}

/** What is there is seen, however little of the whole it is. */
function widths(parts: readonly Part[], total: number): number[] {
  return parts.map(({ rows }) =>
    rows === 0 || total === 0 ? 0 : Math.max(4, (rows / total) * (WIDTH - FREE)),
  );
}

/** The read begin in the middle of what is free; the dropped part to the right, and the filled a little. */
function places(parts: readonly Part[], total: number): { x: number; width: number; kind: Part['kind'] }[] {
  let x = parts[0]?.kind === 'read' ? FREE / 2 : 0;
  return widths(parts, total).map((width, index) => {
    const kind = parts[index]?.kind ?? 'read';
    const start = kind === 'dropped' ? WIDTH - width : kind === 'filled' ? x + FREE / 3 : x;
    x = start + width;
    return { x: start, width, kind };
  });
}

function bars(parts: readonly Part[], total: number, y: number): SVGElement[] {
  return places(parts, total)
    .filter(({ width }) => width > 0)
    .map(({ x, width, kind }) =>
      s('rect', {
        class: `bar bar-${kind}`,
        x,
        y,
        width,
        height: BAR,
      }),
    );
}

/** From the one bar above, cut in the order of the parts, to each part below. */
function streams(from: readonly Part[], to: readonly Part[], total: number, y: number): SVGElement[] {
  const [source] = places(from, total);
  let x = source?.x ?? 0;
  return places(to, total)
    .filter(({ width }) => width > 0)
    .map((part) => {
      const [top, bottom, half] = [y, y + GAP, y + GAP / 2];
      const start = x;
      x += part.width;
      const [right, end] = [start + part.width, part.x + part.width];
      const d = `M${start} ${top}C${start} ${half} ${part.x} ${half} ${part.x} ${bottom}H${end}C${end} ${half} ${right} ${half} ${right} ${top}Z`;
      return s('path', { class: `stream stream-${part.kind}`, d });
    });
}

function list({
  rows_read,
  rows_kept,
  dropped,
  total_orders_filled,
  voucher_amount_imputed,
}: Quality): HTMLElement {
  const reasons = (Object.entries(dropped) as [DropReason, number][]).filter(([, rows]) => rows > 0);
  const share = (rows: number) => percent(rows_read === 0 ? 0 : rows / rows_read);
  return h(
    'dl',
    { class: 'rows-list' },
    line('read', 'Read', rows_read, ''),
    line('dropped', 'Dropped', rows_read - rows_kept, share(rows_read - rows_kept)),
    reasons.map(([reason, rows]) => line('', REASONS[reason] ?? reason, rows, share(rows), 'sub')),
    line('kept', 'Kept', rows_kept, share(rows_kept)),
    line(
      'own',
      'with an amount of their own',
      rows_kept - voucher_amount_imputed,
      share(rows_kept - voucher_amount_imputed),
      'sub',
    ),
    line('filled', 'without one', voucher_amount_imputed, share(voucher_amount_imputed), 'sub'),
    line('', 'orders unreadable, counted as 0', total_orders_filled, share(total_orders_filled), 'sub'),
  );
}

function line(kind: string, name: string, rows: number, share: string, level = ''): HTMLElement {
  return h(
    'div',
    { class: level },
    h('dt', {}, h('span', { class: `key${kind === '' ? '' : ` key-${kind}`}`, 'aria-hidden': 'true' }), name),
    h('dd', {}, count(rows)),
    h('dd', { class: 'share' }, share),
  );
}
