import type { DroppedRow, Report } from '../../core/artifact/report.ts';
import type { DropReason } from '../../core/history/clean.ts';
import { openDialog } from '../lib/dialog.ts';
import { fill, h } from '../lib/dom.ts';
import { count } from '../lib/format.ts';
import { REASONS } from './rows.ts';

/** A place for each reason where rows were dropped: it gets a button when the build's report has rows of it. */
export function exampleSlots(): { of: (reason: DropReason) => HTMLElement; fill: (report: Report) => void } {
  const slots = new Map<DropReason, HTMLElement>();
  return {
    of(reason) {
      const slot = slots.get(reason) ?? h('span', {});
      slots.set(reason, slot);
      return slot;
    },
    fill({ dropped }) {
      for (const [reason, slot] of slots) {
        const rows = dropped[reason] ?? [];
        const title = REASONS[reason] ?? reason;
        const show = () => openDialog({ title, about: 'Dropped rows', wide: true, body: table(rows) });
        const button = {
          type: 'button',
          class: 'button button-small',
          click: show,
          'aria-label': `Examples: ${title}`,
        };
        fill(slot, rows.length > 0 && h('button', button, 'Examples'));
      }
    },
  };
}

function table(rows: readonly DroppedRow[]): HTMLElement {
  const names = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))];
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Examples' },
    h(
      'table',
      { class: 'list list-plain examples' },
      h('caption', { class: 'unseen' }, 'The first dropped rows of this reason'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['File', 'Line', ...names].map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map(({ file, line, fields }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, h('bdi', {}, file)),
            h('td', { class: 'number' }, count(line)),
            names.map((name) => h('td', {}, h('bdi', {}, fields[name] ?? ''))),
          ),
        ),
      ),
    ),
  );
}
