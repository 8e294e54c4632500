import { h, s } from '../lib/dom.ts';
import { amount, count, percent, plural } from '../lib/format.ts';
import { tableHead, tableRow } from '../lib/parts.ts';
import type { Cell } from '../lib/service.ts';

/** The amounts that get a bar of their own; more are put together. */
const MOST_BARS = 24;

interface Bar {
  label: string;
  rows: number;
}

/** How often each amount was given: a bar for each, with its rows beside it. */
export function distribution({ amounts = {}, observed = 0 }: Cell): HTMLElement {
  const bars = barsOf(Object.entries(amounts).map(([value, rows]) => [Number(value), rows]));
  const most = Math.max(1, ...bars.map(({ rows }) => rows));
  if (bars.length === 0) return h('p', 'None of these rows has an amount of its own.');
  return h(
    'table.bars',
    h('caption', `Amounts given, ${plural(observed, 'row')}`),
    tableHead(['Amount', 'Share', 'Rows'], 0, 'unseen'),
    h(
      'tbody',
      bars.map(({ label, rows }) =>
        tableRow(
          label,
          h(
            'td.bars-bar',
            s(
              'svg',
              { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
              s('rect.bar.bar-own', { width: Math.max(0.7, (rows / most) * 100), height: 10, rx: 0.6 }),
            ),
            h('span.unseen', percent(rows / observed)),
          ),
          h('td.bars-rows', count(rows), h('small', ` ${percent(rows / observed)}`)),
        ),
      ),
    ),
  );
}

/** Ascending; where there are too many, ranges of the same number of amounts. */
function barsOf(pairs: [value: number, rows: number][]): Bar[] {
  pairs.sort(([a], [b]) => a - b);
  const size = Math.ceil(pairs.length / MOST_BARS);
  const bars: Bar[] = [];
  for (let at = 0; at < pairs.length; at += size) {
    const part = pairs.slice(at, at + size);
    const [low, high] = [part[0]?.[0] ?? 0, part.at(-1)?.[0] ?? 0];
    bars.push({
      label: low === high ? amount(low) : `${amount(low)} – ${amount(high)}`,
      rows: part.reduce((sum, [, rows]) => sum + rows, 0),
    });
  }
  return bars;
}
