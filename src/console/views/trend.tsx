import type { Child } from 'hono/jsx/dom';
import type { Trend as Means } from '../../core/estimate/schema.ts';
import type { Period } from '../../core/period.ts';
import { THIN } from '../lib/certainty.ts';
import { amount, count, haveFractions, plural } from '../lib/format.ts';
import { List } from '../lib/list.tsx';
import { Key } from '../lib/parts.tsx';
import { lastDay, periodInWords, periodLabel, shortPeriodLabel } from '../lib/periods.ts';
import type { Cell } from '../lib/service.ts';
import type { Grid, Row } from './grid.ts';

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

/** What is drawn: a cell, and its country beside it. */
interface Compared extends Periods {
  own: Means;
  beside: Means | undefined;
  country: string;
}

interface TrendProps {
  grid: Grid;
  row: Row;
  cell: Cell;
  band: string;
}

/** How a cell went by period: its mean beside that of its country, and its rows below; or why there is no such thing. */
export function Trend({ grid, row: { country, overall }, cell: { trend: own }, band }: TrendProps) {
  const { trend: known } = grid;
  if (grid.combined || !known || !own) {
    const why = grid.combined
      ? 'Combinations have no trend. The single bands that they are made of have one.'
      : 'This version has none: it was built before there were any, or has too many cells to keep them.';
    return <Without title="Trend" why={why} />;
  }
  const { period, periods } = known;
  const title = `Mean by ${period}`;
  const [only, ...others] = periods;
  if (only !== undefined && others.length === 0) {
    const why = `All rows are of one ${period}, ${periodInWords(period, only)}: there is nothing to compare it with yet.`;
    return <Without title={title} why={why} />;
  }
  const compared: Compared = { period, periods, own, beside: overall?.trend, country };
  const unknown = meansOf(compared).length === 0;
  return (
    <figure class="trend">
      <figcaption>{unknown ? `Rows by ${period}` : title}</figcaption>
      {unknown ? (
        <p class="hint">No mean is known: in these {period}s no row has an amount.</p>
      ) : (
        <Keys {...compared} />
      )}
      <Chart compared={compared} of={`${country}, ${band}`} />
      <AsTable {...compared} />
      {notes(known, grid).map((note) => (
        <p class="hint">{note}</p>
      ))}
    </figure>
  );
}

function Without({ title, why }: { title: string; why: string }) {
  return (
    <div class="trend">
      <h3>{title}</h3>
      <p class="hint">{why}</p>
    </div>
  );
}

function Keys({ own, beside, country }: Compared) {
  const thin = own.rows.some((rows) => rows > 0 && rows < THIN);
  return (
    <p class="legend">
      <Key mark="trend-key">this band</Key>
      {beside && <Key mark="trend-key trend-key-country">all of {country}</Key>}
      {thin && <Key mark="trend-key trend-key-thin">fewer than {THIN} rows</Key>}
    </p>
  );
}

function meansOf({ own, beside }: Compared): number[] {
  return [...own.mean, ...(beside?.mean ?? [])].filter((mean) => mean !== null);
}

/** Shapes are SVG and stretched, words are HTML and keep their size. Without any mean there are the rows alone. */
function Chart({ compared, of }: { compared: Compared; of: string }) {
  const { period, periods, own, beside } = compared;
  const means = meansOf(compared);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const fractions = haveFractions([low, high]);
  const most = Math.max(1, ...own.rows);
  const x = (place: number) => ((place + 0.5) / periods.length) * WIDTH;
  const y = (mean: number) => {
    const share = high > low ? (mean - low) / (high - low) : 0.5;
    return HEIGHT * (1 - MARGIN - share * (1 - 2 * MARGIN));
  };
  const pointsOf = (line: Means['mean']) =>
    line.map((mean, place) => (mean === null ? null : `${x(place)} ${y(mean)}`));
  const points = pointsOf(own.mean);
  const thin = points.map((point, place) => ((own.rows[place] ?? 0) < THIN ? point : null));
  const step = Math.ceil(periods.length / MOST_LABELS);
  return (
    <div
      class="trend-chart"
      role="img"
      aria-label={`Mean of ${of} by ${period}: ${summary(compared)}. The table below has all figures.`}
    >
      {means.length > 0 && (
        <>
          <div class="trend-scale">
            <span>{amount(high, fractions)}</span>
            {high > low && <span>{amount(low, fractions)}</span>}
          </div>
          <Drawing kind="trend-lines">
            <path
              class="trend-grid"
              d={`M0 ${y(high)}H${WIDTH}${high > low ? `M0 ${y(low)}H${WIDTH}` : ''}`}
            />
            {beside && <path class="trend-line trend-line-country" d={line(pointsOf(beside.mean))} />}
            <path class="trend-line" d={line(points)} />
            <path class="trend-dot" d={dots(points)} />
            <path class="trend-dot trend-dot-thin" d={dots(thin)} />
          </Drawing>
        </>
      )}
      <div class="trend-scale trend-scale-rows">
        <span>{plural(most, 'row')}</span>
        <span>0</span>
      </div>
      <Drawing kind="trend-rows">
        {own.rows.map((rows, place) => {
          const width = (WIDTH / periods.length) * 0.6;
          const height = rows === 0 ? 0 : Math.max(3, (rows / most) * HEIGHT);
          return (
            <rect
              class="bar-own"
              x={x(place) - width / 2}
              y={HEIGHT - height}
              width={width}
              height={height}
            />
          );
        })}
      </Drawing>
      <div class="trend-names">
        {periods.map((name, place) => (
          <span>{(periods.length - 1 - place) % step === 0 && shortPeriodLabel(period, name)}</span>
        ))}
      </div>
    </div>
  );
}

function Drawing({ kind, children }: { kind: string; children?: Child }) {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: the chart that it is a part of has the words
    <svg class={kind} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
      {children}
    </svg>
  );
}

/** A line through points, with a gap where one is missing. */
function line(points: readonly (string | null)[]): string {
  return points
    .map((point, place) => point && `${(points[place - 1] ?? null) === null ? 'M' : 'L'}${point}`)
    .join('');
}

/** Lines of no length with round ends: circles that stay round when the drawing is stretched. */
function dots(points: readonly (string | null)[]): string {
  return points.map((point) => point && `M${point}h0`).join('');
}

function summary({ period, periods, own }: Compared): string {
  const known = own.mean.flatMap((value, place) =>
    value === null ? [] : [`${amount(value)} in ${periodLabel(period, periods[place] ?? '')}`],
  );
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return 'none is known';
  return first === last ? first : `from ${first} to ${last}`;
}

function AsTable({ period, periods, own, beside, country }: Compared) {
  const fractions = haveFractions([...own.mean, ...(beside?.mean ?? [])]);
  const means =
    ({ mean }: Means) =>
    (place: number) =>
      amount(mean[place], fractions);
  return (
    <details>
      <summary>As a table</summary>
      <List
        kind="trend-table"
        caption={`Rows and mean by ${period}`}
        unseen
        columns={[
          { name: PERIOD_NAMES[period], of: (place) => periodLabel(period, periods[place] ?? '') },
          { name: 'Rows', of: (place) => count(own.rows[place] ?? 0) },
          { name: 'Mean', of: means(own) },
          ...(beside ? [{ name: `Mean of ${country}`, of: means(beside) }] : []),
        ]}
        rows={[...periods.keys()]}
      />
    </details>
  );
}

/** A period that the history has only a part of: the drop in it is not a change. */
function notes({ period, periods }: Periods, { data }: Grid): string[] {
  const [first, last] = [periods[0] ?? '', periods.at(-1) ?? ''];
  const [from, to] = [data.first_timestamp.slice(0, 10), data.last_timestamp.slice(0, 10)];
  const starts = from > (period === 'month' ? `${first}-01` : first) && from <= lastDay(period, first);
  const ends = to < lastDay(period, last);
  const part = (name: string, why: string) =>
    `${periodInWords(period, name)} is not whole: the history ${why}.`;
  return [
    ...(starts ? [part(first, `begins on ${periodLabel('day', from)}`)] : []),
    ...(ends ? [part(last, `ends on ${periodLabel('day', to)}`)] : []),
  ];
}
