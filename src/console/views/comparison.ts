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
  words,
} from '../lib/format.ts';
import { GUARDS } from './guard-names.ts';

/** What moves between two versions, whom it moves, and how much money. */
export function comparison(diff: Comparison): HTMLElement {
  const { cells, rows, dropped, countries, bands, segments } = diff;
  return h(
    'div',
    { class: 'comparison' },
    diff.config.length > 0 &&
      h(
        'ul',
        { class: 'config-changes' },
        diff.config.map((line) => h('li', {}, h('code', {}, line))),
      ),
    guards(diff),
    h(
      'dl',
      { class: 'figures' },
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
    segmentTable(segments),
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

function figure(name: string, value: string, note = ''): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value, note && h('small', {}, ` ${note}`)));
}

function guards({ objections }: Comparison): Child {
  if (objections.length === 0)
    return h(
      'p',
      { class: 'guards' },
      h('span', { class: 'pill pill-good' }, 'Guards'),
      ' No guard objects to this change.',
    );
  return h(
    'ul',
    { class: 'finding-list' },
    objections.map(({ guard, message }) =>
      h(
        'li',
        { class: 'finding finding-warn' },
        h('strong', {}, GUARDS[guard]),
        h('p', {}, sentence(message)),
      ),
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
      {},
      h('strong', {}, `${verb} ${what}: `),
      names.slice(0, 20).join(', '),
      names.length > 20 && ` and ${count(names.length - 20)} more`,
    );
  return [line('New', added), line('Missing', removed)];
}

/** A customer is in one band of each segment, so these lines are alternatives and have no sum. Spend is by currency. */
function segmentTable(segments: readonly SegmentChange[]): HTMLElement {
  const all = segments.flatMap(({ spend }) => spend);
  const fractions = haveFractions(all.flatMap(({ before, after }) => [before, after]));
  return h(
    'table',
    { class: 'list' },
    h('caption', {}, 'If every row of the history were asked for once'),
    head(['Segment', 'Rows that get another amount', 'Spend before', 'Spend after', 'Change']),
    h(
      'tbody',
      {},
      segments.map((segment) => segmentLines(segment, fractions)),
    ),
  );
}

function segmentLines({ segment, rows, rows_affected, spend }: SegmentChange, fractions: boolean): Child {
  const { shown, more } = mostChanged(spend);
  const name = (of: string) =>
    h('th', { scope: 'row' }, `${words(segment)} `, h('span', { class: 'hint' }, of));
  return [
    shown.map((sum, index) =>
      h(
        'tr',
        {},
        name(`in ${unitName(sum)}`),
        number('Rows', index === 0 ? `${count(rows_affected)} of ${count(rows)}` : ''),
        number('Spend before', amount(sum.before, fractions)),
        number('Spend after', amount(sum.after, fractions)),
        number('Change', change(sum.before, sum.after, fractions)),
      ),
    ),
    more > 0 && h('tr', {}, name(`and in ${count(more)} more`), h('td', { colspan: 4 })),
  ];
}

/** The changes that are shown at first. */
const FIRST = 12;

function changeTable({ listed: changes, least, most }: MovedCells): HTMLElement {
  if (changes.length === 0) {
    const same = most === 0 ? 'Every cell gives the same amount.' : 'No cell with rows gives another amount.';
    return h('p', { class: 'all-well' }, same);
  }
  const fractions = haveFractions(changes.flatMap(({ amount: served }) => [served.before, served.after]));
  const rows = (some: readonly CellChange[]) => some.map((change) => changeRow(change, fractions));
  const body = h('tbody', {}, rows(changes.slice(0, FIRST)));
  const more = h(
    'button',
    { type: 'button', class: 'button', click: showAll },
    `Show ${count(changes.length)}`,
  );
  const caption =
    most > FIRST || least < most
      ? `The cells that move most money, of ${least < most ? 'at least ' : ''}${count(least)}`
      : `${plural(least, 'cell')}, those that move most money first`;
  const names = ['Cell', 'Rows', 'Before', 'After', 'Change'];
  return h(
    'div',
    {},
    h('table', { class: 'list' }, h('caption', {}, caption), head(names), body),
    changes.length > FIRST && h('p', { class: 'more' }, more),
  );

  function showAll(): void {
    more.remove();
    fill(body, rows(changes));
    body.querySelectorAll('tr')[FIRST]?.scrollIntoView({ block: 'nearest' });
  }
}

function changeRow(
  { country, segment, band, rows, amount: served, currency }: CellChange,
  fractions: boolean,
): HTMLElement {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, `${country} `, h('span', { class: 'hint' }, bandName({ segment, band }))),
    number('Rows', count(rows)),
    number('Before', priced(served.before, currency.before ?? undefined, fractions)),
    number('After', priced(served.after, currency.after ?? undefined, fractions)),
    number('Change', isSameMoney(currency) ? change(served.before, served.after, fractions) : NONE),
  );
}

function number(label: string, value: string): HTMLElement {
  return h('td', { 'data-label': label, class: 'number' }, value);
}

/** The first column names, the others count. */
function head(names: readonly string[]): HTMLElement {
  const cells = names.map((name, index) => h('th', { scope: 'col', class: index > 0 && 'number' }, name));
  return h('thead', {}, h('tr', {}, cells));
}

function change(before: number, after: number, fractions: boolean): string {
  const share =
    before === 0 || before === after
      ? ''
      : ` (${after > before ? '+' : '−'}${percent(Math.abs(after / before - 1))})`;
  return `${signed(after - before, fractions)}${share}`;
}
