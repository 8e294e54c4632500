import type { Span } from '../../core/publish/history.ts';
import type { Versions } from '../../core/publish/versions.ts';
import { type Child, h } from '../lib/dom.ts';
import { count } from '../lib/format.ts';
import { moveInGrid, oneTabStop } from '../lib/grid-keys.ts';
import { button, pill, tableHead, tableRow } from '../lib/parts.ts';
import { empty, publishCommand } from '../lib/status.ts';
import { timeElement } from '../lib/time.ts';
import type { Move } from './move.ts';

export interface HistoryActions {
  compare: (version: string) => void;
  move: (action: Move['action'], version: string | null) => void;
}

/** What was live when, the newest first, with what can be done about each. */
export function history(
  { history: spans, stored, live }: Versions,
  served: string,
  actions: HistoryActions,
): HTMLElement {
  if (spans.length === 0) return nothing(live !== null);
  const rows = new Map(stored.map(({ version, rows_kept }) => [version, rows_kept]));
  const table = h(
    'table.list',
    { keydown: (event) => moveInGrid(event as KeyboardEvent) },
    tableHead(['Version', 'From', 'Until', 'What and who', 'Rows', h('span.unseen', 'Actions')]),
    h(
      'tbody',
      spans.map((span) => spanRow(span, rows.get(span.version), live?.version ?? served, served, actions)),
    ),
  );
  oneTabStop(table);
  return h('section.card', h('h2', 'What was live'), live !== null && holdLine(live, actions), table);
}

/** What each entry of the history did. */
const ACTIONS: Record<Span['action'], string> = {
  bundled: 'deployed with the service',
  publish: 'published',
  rollback: 'rolled back, and held',
  hold: 'held',
  release: 'released',
};

/** Whether what is live is held, by whom and why, and the way to change that. */
function holdLine({ hold }: NonNullable<Versions['live']>, { move }: HistoryActions): HTMLElement {
  if (hold === null) {
    return h(
      'p.hold',
      'The next version that passes the guards replaces what is live. ',
      button('Hold', () => move('hold', null), 'small'),
    );
  }
  return h(
    'div.finding.finding-warn.hold',
    h('strong', 'Held'),
    h(
      'p',
      `by ${hold.by} since `,
      timeElement(hold.since),
      hold.reason === null ? '. ' : `: ${hold.reason}. `,
      'Nothing replaces what is live until it is released. ',
      button('Release', () => move('release', null), 'small'),
    ),
  );
}

function spanRow(
  { version, from, to, by, action, reason }: Span,
  rows: number | null | undefined,
  live: string,
  served: string,
  { compare, move }: HistoryActions,
): HTMLElement {
  const cell = (label: string, ...children: Child[]) => h('td', { 'data-label': label }, h('span', children));
  const time = (label: string, at: Child) =>
    h('td', { 'data-label': label, class: 'live-times' }, h('span', at));
  const isLast = to === null;
  return tableRow(
    [
      h('code.version', version),
      isLast && pill('good', 'Live'),
      isLast && version !== served && pill('warn', 'not here yet'),
    ],
    time('From', from === null ? 'the deployment' : timeElement(from)),
    time('Until', to === null ? 'now' : timeElement(to)),
    cell(
      'What and who',
      action === 'bundled' ? ACTIONS.bundled : `${ACTIONS[action] ?? action} by ${by}`,
      reason !== null && h('span.hint', ` “${reason}”`),
    ),
    cell('Rows', rows == null ? 'not stored' : count(rows)),
    h(
      'td.actions',
      version !== live &&
        rows != null && [
          button('Compare', () => compare(version), 'small', `Compare ${version} with what is live`),
          ' ',
          button('Roll back', () => move('rollback', version), 'small', `Roll back to ${version}`),
        ],
    ),
  );
}

function nothing(moved: boolean): HTMLElement {
  const why = moved
    ? 'The history of what was live is empty.'
    : 'Nothing was published yet: answers come from the artifact that is bundled with the service.';
  return empty('No versions yet', h('p', why), h('pre', { tabindex: 0 }, publishCommand()));
}
