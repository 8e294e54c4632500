import type { DroppedRow, Report } from '../../api/report.ts';
import type { DropReason } from '../../core/history/clean.ts';
import { openDialog } from '../lib/dialog.ts';
import { fill, h } from '../lib/dom.ts';
import { count } from '../lib/format.ts';
import { button, tableHead, tableRow } from '../lib/parts.ts';
import { REASONS } from './rows.ts';

/** A place for each reason where rows were dropped: it gets a button when the build's report has rows of it. */
export function exampleSlots(): { of: (reason: DropReason) => HTMLElement; fill: (report: Report) => void } {
  const slots = new Map<DropReason, HTMLElement>();
  return {
    of(reason) {
      const slot = slots.get(reason) ?? h('span');
      slots.set(reason, slot);
      return slot;
    },
    fill({ dropped }) {
      for (const [reason, slot] of slots) {
        const rows = dropped[reason] ?? [];
        const title = REASONS[reason] ?? reason;
        const show = () => openDialog({ title, about: 'Dropped rows', wide: true, body: table(rows) });
        fill(slot, rows.length > 0 && button('Examples', show, 'small', `Examples: ${title}`));
      }
    },
  };
}

function table(rows: readonly DroppedRow[]): HTMLElement {
  const names = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))];
  return h(
    'div.scroll',
    { tabindex: 0, role: 'region', 'aria-label': 'Examples' },
    h(
      'table.list.list-plain.examples',
      h('caption.unseen', 'The first dropped rows of this reason'),
      tableHead(['File', 'Line', ...names]),
      h(
        'tbody',
        rows.map(({ file, line, fields }) =>
          tableRow(
            h('bdi', file),
            h('td.number', count(line)),
            names.map((name) => h('td', h('bdi', fields[name] ?? ''))),
          ),
        ),
      ),
    ),
  );
}
