import { amount, count, fixedPercent, plural } from '../lib/format.ts';
import type { Cell } from '../lib/service.ts';

/** The amounts that get a bar of their own; more are put together. */
const MOST_BARS = 24;

interface Bar {
  label: string;
  rows: number;
}

/** How often each amount was given: a bar for each, with its rows beside it. */
export function Distribution({ cell: { amounts = {}, observed = 0 } }: { cell: Cell }) {
  const bars = barsOf(Object.entries(amounts).map(([value, rows]) => [Number(value), rows]));
  const most = Math.max(1, ...bars.map(({ rows }) => rows));
  if (bars.length === 0) return <p>None of these rows has an amount of its own.</p>;
  return (
    <table class="bars">
      <caption>Amounts given, {plural(observed, 'row')}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">Amount</th>
          <th scope="col">Share</th>
          <th scope="col">Rows</th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ label, rows }) => (
          <tr>
            <th scope="row">{label}</th>
            <td class="bars-bar">
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect
                  class="bar bar-own"
                  width={String(Math.max(0.7, (rows / most) * 100))}
                  height="10"
                  rx="0.6"
                />
              </svg>
              <span class="unseen">{fixedPercent(rows / observed)}</span>
            </td>
            <td class="bars-rows">
              {count(rows)}
              <small> {fixedPercent(rows / observed)}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
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
