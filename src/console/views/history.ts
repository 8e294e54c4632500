import type { Span } from '../../core/publish/history.ts';
import type { Versions } from '../../core/publish/versions.ts';
import { h } from '../lib/dom.ts';
import { count, dateTime } from '../lib/format.ts';
import { empty, publishCommand } from '../lib/status.ts';

export interface HistoryActions {
  compare: (version: string) => void;
  rollBack: (version: string) => void;
}

/** What was live when, the newest first, with what can be done about each. */
export function history(
  { history: spans, stored, live }: Versions,
  served: string,
  actions: HistoryActions,
): HTMLElement {
  if (spans.length === 0) return nothing(live !== null);
  const rows = new Map(stored.map(({ version, rows_kept }) => [version, rows_kept]));
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, 'What was live'),
    h(
      'table',
      { class: 'list' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Version', 'Live from', 'Until', 'By', 'Rows', ''].map((name) =>
            h('th', { scope: 'col' }, name || h('span', { class: 'unseen' }, 'Actions')),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        spans.map((span) => spanRow(span, rows.get(span.version), served, actions)),
      ),
    ),
  );
}

function spanRow(
  { version, from, to, by, action }: Span,
  rows: number | null | undefined,
  served: string,
  { compare, rollBack }: HistoryActions,
): HTMLElement {
  const cell = (label: string, ...children: (Node | string | false)[]) =>
    h('td', { 'data-label': label }, children);
  const time = (label: string, at: string) => h('td', { 'data-label': label, class: 'live-times' }, at);
  const isLive = to === null;
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      h('code', {}, version),
      isLive && h('span', { class: 'pill pill-good' }, 'Live'),
      isLive && version !== served && h('span', { class: 'pill pill-warn' }, 'not here yet'),
    ),
    time('Live from', from === null ? 'deployment' : dateTime(from)),
    time('Until', to === null ? 'now' : dateTime(to)),
    cell('By', by, action === 'rollback' && ' (roll back)'),
    cell('Rows', rows == null ? 'no longer stored' : count(rows)),
    h(
      'td',
      { class: 'actions' },
      version !== served &&
        rows != null && [
          h(
            'button',
            {
              type: 'button',
              class: 'button button-small',
              'aria-label': `Compare ${version} with what is live`,
              click: () => compare(version),
            },
            'Compare',
          ),
          ' ',
          h(
            'button',
            {
              type: 'button',
              class: 'button button-small',
              'aria-label': `Roll back to ${version}`,
              click: () => rollBack(version),
            },
            'Roll back',
          ),
        ],
    ),
  );
}

function nothing(moved: boolean): HTMLElement {
  const why = moved
    ? 'The history of what was live is empty.'
    : 'Nothing was published yet: answers come from the artifact that is bundled with the service.';
  return empty('No versions yet', h('p', {}, why), h('pre', { tabindex: 0 }, publishCommand()));
}
