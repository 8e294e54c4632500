import type { Trend } from '../../core/estimate/statistics.ts';
import type { Period } from '../../core/period.ts';
import { THIN } from '../lib/certainty.ts';
import { type Child, h, s } from '../lib/dom.ts';
import { amount, count, haveFractions, plural } from '../lib/format.ts';
import { tableHead, tableRow } from '../lib/parts.ts';
import { lastDay, periodInWords, periodLabel, shortPeriodLabel } from '../lib/periods.ts';
import type { Grid } from './grid.ts';

/** The drawing is stretched to its place, so these are no pixels. */
const WIDTH = 100;
const HEIGHT = 100;
/** The room above and below the line, so that its ends are not at the edge. */
const MARGIN = 0.12;
/** More names than this do not fit under the periods on a phone. */
const MOST_LABELS = 4;

const PERIOD_NAMES: Record<Period, string> = { month: 'Month', week: 'Week from', day: 'Day' };

interface Periods {
  period: Period;
  periods: readonly string[];
}

/** How a cell went by period: its mean beside that of its country, and its rows below; or why there is no such thing. */
export function trend(grid: Grid, row: number, column: number): HTMLElement {
  const own = grid.cells[row]?.[column]?.trend;
  const { trend: known } = grid;
  const title = `Mean by ${known?.period ?? 'period'}`;
  if (grid.combined)
    return without('Trend', 'Combinations have no trend: the single bands that they are made of have.');
  if (!known || !own)
    return without(
      'Trend',
      'This version has none: it was built before there were any, or has too many cells to keep them.',
    );
  const [only, ...others] = known.periods;
  if (only !== undefined && others.length === 0) {
    const name = periodInWords(known.period, only);
    return without(
      title,
      `All rows are of one ${known.period}, ${name}: there is nothing to compare it with yet.`,
    );
  }
  const country = grid.overall[row]?.trend;
  const unknown = meansOf(own, country).length === 0;
  return h(
    'figure.trend',
    h('figcaption', unknown ? `Rows by ${known.period}` : title),
    unknown
      ? h('p.hint', `No mean is known: in these ${known.period}s no row has an amount.`)
      : key(grid.countries[row] ?? '', own, country),
    chart(known, own, country, `${grid.countries[row]}, ${grid.bands[column]}`),
    asTable(known, own, country, grid.countries[row] ?? ''),
    ...notes(known, grid),
  );
}

function without(title: string, why: string): HTMLElement {
  return h('div.trend', h('h3', title), h('p.hint', why));
}

function key(country: string, own: Trend, beside: Trend | undefined): HTMLElement {
  const thin = own.rows.some((rows) => rows > 0 && rows < THIN);
  const item = (kind: string, text: string) =>
    h('span', h('span', { class: `trend-key trend-key-${kind}`, 'aria-hidden': 'true' }), text);
  return h(
    'p.trend-keys',
    item('own', 'this band'),
    beside && item('country', `all of ${country}`),
    thin && item('thin', `fewer than ${THIN} rows`),
  );
}

function meansOf(own: Trend, country: Trend | undefined): number[] {
  return [...own.mean, ...(country?.mean ?? [])].filter((mean) => mean !== null);
}

/** Shapes are SVG and stretched, words are HTML and keep their size. Without any mean there are the rows alone. */
function chart(
  { period, periods }: Periods,
  own: Trend,
  country: Trend | undefined,
  of: string,
): HTMLElement {
  const means = meansOf(own, country);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const fractions = haveFractions([low, high]);
  const most = Math.max(1, ...own.rows);
  const x = (place: number) => ((place + 0.5) / periods.length) * WIDTH;
  const y = (mean: number) => {
    const share = high > low ? (mean - low) / (high - low) : 0.5;
    return HEIGHT * (1 - MARGIN - share * (1 - 2 * MARGIN));
  };
  const step = Math.ceil(periods.length / MOST_LABELS);
  const drawing = (name: string, ...shapes: Child[]) =>
    s('svg', { class: name, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' }, shapes);
  const label = `Mean of ${of} by ${period}: ${summary({ period, periods }, own)}. The table below has all figures.`;
  return h(
    'div.trend-chart',
    { role: 'img', 'aria-label': label },
    means.length > 0 && [
      h(
        'div.trend-scale',
        h('span', amount(high, fractions)),
        high > low && h('span', amount(low, fractions)),
      ),
      drawing(
        'trend-lines',
        s('path.trend-grid', { d: `M0 ${y(high)}H${WIDTH}${high > low ? `M0 ${y(low)}H${WIDTH}` : ''}` }),
        country && s('path.trend-line.trend-line-country', { d: line(country.mean, x, y) }),
        s('path.trend-line', { d: line(own.mean, x, y) }),
        s('path.trend-dot', { d: dots(own, x, y, () => true) }),
        s('path.trend-dot.trend-dot-thin', { d: dots(own, x, y, (rows) => rows < THIN) }),
      ),
    ],
    h('div.trend-scale.trend-scale-rows', h('span', plural(most, 'row')), h('span', '0')),
    drawing(
      'trend-rows',
      own.rows.map((rows, place) => {
        const [width, height] = [
          (WIDTH / periods.length) * 0.6,
          rows === 0 ? 0 : Math.max(3, (rows / most) * HEIGHT),
        ];
        return s('rect.bar-own', { x: x(place) - width / 2, y: HEIGHT - height, width, height });
      }),
    ),
    h(
      'div.trend-names',
      periods.map((name, place) =>
        h('span', (periods.length - 1 - place) % step === 0 && shortPeriodLabel(period, name)),
      ),
    ),
  );
}

/** A line with a gap where there is no mean. */
function line(means: Trend['mean'], x: (place: number) => number, y: (mean: number) => number): string {
  return means
    .map((mean, place) => {
      if (mean === null) return '';
      return `${(means[place - 1] ?? null) === null ? 'M' : 'L'}${x(place)} ${y(mean)}`;
    })
    .join('');
}

/** Lines of no length with round ends: circles that stay round when the drawing is stretched. */
function dots(
  { mean, rows }: Trend,
  x: (place: number) => number,
  y: (mean: number) => number,
  which: (rows: number) => boolean,
): string {
  return mean
    .map((value, place) => (value === null || !which(rows[place] ?? 0) ? '' : `M${x(place)} ${y(value)}h0`))
    .join('');
}

function summary({ period, periods }: Periods, { mean }: Trend): string {
  const known = mean.flatMap((value, place) =>
    value === null ? [] : [`${amount(value)} in ${periodLabel(period, periods[place] ?? '')}`],
  );
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return 'none is known';
  return first === last ? first : `from ${first} to ${last}`;
}

function asTable(
  { period, periods }: Periods,
  own: Trend,
  country: Trend | undefined,
  name: string,
): HTMLElement {
  const cell = (value: string) => h('td', value);
  const fractions = haveFractions([...own.mean, ...(country?.mean ?? [])]);
  const columns = [PERIOD_NAMES[period], 'Rows', 'Mean', ...(country ? [`Mean of ${name}`] : [])];
  return h(
    'details',
    h('summary', 'As a table'),
    h(
      'table.trend-table',
      h('caption.unseen', `Rows and mean by ${period}`),
      tableHead(columns),
      h(
        'tbody',
        periods.map((one, place) =>
          tableRow(
            periodLabel(period, one),
            cell(count(own.rows[place] ?? 0)),
            cell(amount(own.mean[place], fractions)),
            country && cell(amount(country.mean[place], fractions)),
          ),
        ),
      ),
    ),
  );
}

/** What looks like a change and is not one: a period of which the history has only a part. */
function notes({ period, periods }: Periods, { data }: Grid): HTMLElement[] {
  const [first, last] = [periods[0] ?? '', periods.at(-1) ?? ''];
  const [from, to] = [data.first_timestamp.slice(0, 10), data.last_timestamp.slice(0, 10)];
  const starts = from > (period === 'month' ? `${first}-01` : first) && from <= lastDay(period, first);
  const ends = to < lastDay(period, last);
  const part = (name: string, why: string) =>
    h('p.hint', `${periodInWords(period, name)} is not whole: the history ${why}.`);
  return [
    ...(starts ? [part(first, `begins on ${periodLabel('day', from)}`)] : []),
    ...(ends ? [part(last, `ends on ${periodLabel('day', to)}`)] : []),
  ];
}
