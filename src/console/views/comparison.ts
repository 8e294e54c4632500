import type { CellChange, SegmentChange } from '../../core/publish/diff.ts';
import { isSameMoney, mostChanged } from '../../core/publish/spend.ts';
import type { Comparison } from '../../core/publish/versions.ts';
import { unitName } from '../../core/sum-money.ts';
import { type Child, fill, h } from '../lib/dom.ts';
import {
  amount,
  count,
  haveFractions,
  NONE,
  percent,
  plural,
  priced,
  sentence,
  signed,
  signedPercent,
  words,
} from '../lib/format.ts';
import { button, figure, pill, tableHead, tableRow } from '../lib/parts.ts';
import { GUARDS } from './guard-names.ts';

/**
 * What moves between two versions, whom it moves, and how much money.
 *
 * @param asked the segment that comes first; the others follow by how much their spend changes
 */
export function comparison(diff: Comparison, asked = ''): HTMLElement {
  const { cells, rows, dropped, countries, bands, segments } = diff;
  return h(
    'div.comparison',
    diff.config.length > 0 &&
      h(
        'ul.config-changes',
        diff.config.map((line) => h('li', h('code', line))),
      ),
    guards(diff),
    h(
      'dl.figures',
      figure('Cells that give another amount', count(cells.moved), `${count(cells.same)} stay the same`),
      figure('New cells', count(cells.added)),
      figure('Cells that are gone', count(cells.removed)),
      figure(
        'Rows',
        count(rows.after),
        rows.before === null || rows.before === rows.after ? '' : `${signed(rows.after - rows.before)}`,
      ),
      figure(
        'Dropped',
        percent(dropped.after),
        dropped.before === null ? '' : `from ${percent(dropped.before)}`,
      ),
    ),
    comesAndGoes('countries', countries.added, countries.removed),
    comesAndGoes('bands', bands.added.map(bandName), bands.removed.map(bandName)),
    segmentTable(segments, asked),
    changeTable(movedCells(diff)),
  );
}

export interface MovedCells {
  /** The cells that are listed, those that move most money first. */
  listed: CellChange[];
  /** How many there are in all: not the same two numbers where the answer cannot tell. */
  least: number;
  most: number;
}

/** @returns the cells that give another amount: the list of changes also has those of which only the mean moved */
export function movedCells({
  cells,
  changes,
  changes_total,
}: Pick<Comparison, 'cells' | 'changes' | 'changes_total'>): MovedCells {
  const listed = changes.filter(({ amount: served }) => served.before !== served.after);
  if (changes.length === changes_total) return { listed, least: listed.length, most: listed.length };
  // Cells that were added or removed and are not listed may fall back to another answer.
  const comeOrGo = listed.filter(({ kept }) => kept.before === 0 || kept.after === 0).length;
  const silent = changes.filter(({ kept }) => kept.before === 0 || kept.after === 0).length - comeOrGo;
  return {
    listed,
    least: cells.moved + comeOrGo,
    most: cells.moved + cells.added + cells.removed - silent,
  };
}

function guards({ objections }: Comparison): Child {
  if (objections.length === 0)
    return h('p.guards', pill('good', 'Guards'), ' No guard objects to this change.');
  return h(
    'ul.finding-list',
    objections.map(({ guard, message }) =>
      h('li.finding.finding-warn', h('strong', GUARDS[guard]), h('p', sentence(message))),
    ),
  );
}

function bandName({ segment, band }: { segment: string; band: string }): string {
  return `${words(segment)} ${band}`;
}

function comesAndGoes(what: string, added: readonly string[], removed: readonly string[]): Child {
  const line = (verb: string, names: readonly string[]) =>
    names.length > 0 &&
    h(
      'p',
      h('strong', `${verb} ${what}: `),
      names.slice(0, 20).join(', '),
      names.length > 20 && ` and ${count(names.length - 20)} more`,
    );
  return [line('New', added), line('Missing', removed)];
}

/** The segments that are shown at first. */
const FIRST_SEGMENTS = 3;

/** A customer is in one band of each segment, so these lines are alternatives and have no sum. Spend is by currency. */
function segmentTable(all: readonly SegmentChange[], asked: string): HTMLElement {
  const most = ({ segment, spend }: SegmentChange) =>
    segment === asked
      ? Number.POSITIVE_INFINITY
      : Math.max(0, ...spend.map(({ before, after }) => Math.abs(after / before - 1) || 0));
  const segments = all.toSorted((a, b) => most(b) - most(a) || 0);
  const spends = all.flatMap(({ spend }) => spend);
  const fractions = haveFractions(spends.flatMap(({ before, after }) => [before, after]));
  return growing(
    [
      'Spend if every row of the history were asked for once',
      tableHead(['Segment', 'Before', 'After', 'Change'], 3),
    ],
    segments.map((segment) => segmentLines(segment, fractions)),
    FIRST_SEGMENTS,
    `Show all ${count(segments.length)} segments`,
  );
}

function segmentLines({ segment, rows, rows_affected, spend }: SegmentChange, fractions: boolean): Child {
  const { shown, more } = mostChanged(spend);
  const affected = `${count(rows_affected)} of ${plural(rows, 'row')} ${rows_affected === 1 ? 'gets' : 'get'} another amount`;
  return [
    h(
      'tr.group',
      h('th', { scope: 'rowgroup', colspan: 4 }, `by ${words(segment)}`, h('span.hint', `: ${affected}`)),
    ),
    shown.map((sum) =>
      tableRow(
        `in ${unitName(sum)}`,
        number('Before', amount(sum.before, fractions)),
        number('After', amount(sum.after, fractions)),
        number('Change', change(sum.before, sum.after, fractions)),
      ),
    ),
    more > 0 && h('tr', h('th', { scope: 'row', colspan: 4 }, `and in ${count(more)} more`)),
  ];
}

/** A table that begins with some of its rows, or groups of rows, and shows all on demand. */
function growing(
  top: [caption: string, head: Node],
  rows: readonly Child[],
  first: number,
  all: string,
): HTMLElement {
  const [caption, heads] = top;
  const body = h('tbody', rows.slice(0, first));
  const click = () => {
    const next = body.rows.length;
    more.remove();
    fill(body, rows);
    body.rows[next]?.scrollIntoView({ block: 'nearest' });
  };
  const more = h('p.more', button(all, click));
  return h('div', h('table.list', h('caption', caption), heads, body), rows.length > first && more);
}

/** The changes that are shown at first. */
const FIRST = 12;

function changeTable({ listed: changes, least, most }: MovedCells): HTMLElement {
  if (changes.length === 0) {
    const same = most === 0 ? 'Every cell gives the same amount.' : 'No cell with rows gives another amount.';
    return h('p.all-well', same);
  }
  const fractions = haveFractions(changes.flatMap(({ amount: served }) => [served.before, served.after]));
  const caption =
    most > FIRST || least < most
      ? `The cells that move most money, of ${least < most ? 'at least ' : ''}${count(least)}`
      : `${plural(least, 'cell')}, those that move most money first`;
  return growing(
    [caption, tableHead(['Cell', 'Rows', 'Before', 'After', 'Change'], 4)],
    changes.map((change) => changeRow(change, fractions)),
    FIRST,
    `Show ${count(changes.length)}`,
  );
}

function changeRow(
  { country, segment, band, rows, amount: served, currency }: CellChange,
  fractions: boolean,
): HTMLElement {
  return h(
    'tr',
    h('th', { scope: 'row' }, `${country} `, h('span.hint', bandName({ segment, band }))),
    number('Rows', count(rows)),
    number('Before', priced(served.before, currency.before ?? undefined, fractions)),
    number('After', priced(served.after, currency.after ?? undefined, fractions)),
    number('Change', isSameMoney(currency) ? change(served.before, served.after, fractions) : NONE),
  );
}

function number(label: string, value: string): HTMLElement {
  return h('td', { 'data-label': label, class: 'number' }, value);
}

function change(before: number, after: number, fractions: boolean): string {
  const share = before === 0 || before === after ? '' : ` (${signedPercent(after / before - 1)})`;
  return `${signed(after - before, fractions)}${share}`;
}
