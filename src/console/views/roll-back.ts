import type { Moved } from '../../core/publish/publish.ts';
import type { Comparison } from '../../core/publish/versions.ts';
import { call } from '../lib/api.ts';
import { openDialog } from '../lib/dialog.ts';
import { fill, h } from '../lib/dom.ts';
import { count, plural, shortVersion, signed, words } from '../lib/format.ts';
import { token } from '../lib/secrets.ts';
import { failed, loading, say } from '../lib/status.ts';

/** Shows what going back would change, and does it once somebody has said so. */
export function rollBack(version: string, served: string, done: () => void): void {
  const what = h('div', {}, loading('what would change'));
  const said = h('div', {});
  const confirm = h(
    'button',
    { type: 'button', class: 'button button-danger' },
    `Roll back to ${shortVersion(version)}`,
  );
  openDialog({
    title: `Roll back to ${shortVersion(version)}?`,
    body: [
      h(
        'p',
        {},
        'New answers come from this version, everywhere, within a minute or two. You can go forward again in the same way.',
      ),
      what,
      said,
    ],
    actions: (close) => {
      confirm.addEventListener('click', () => void go(close));
      return [h('button', { type: 'button', class: 'button', click: close }, 'Leave it as it is'), confirm];
    },
  });
  void preview();

  async function preview(): Promise<void> {
    const query = new URLSearchParams({ from: served, to: version });
    const result = await call<Comparison>(`/versions/diff?${query}`, { token: token() });
    fill(what, result.ok ? summary(result.value) : failed(result));
  }

  async function go(close: () => void): Promise<void> {
    confirm.disabled = true;
    const result = await call<Moved>('/rollback', { method: 'POST', json: { version }, token: token() });
    confirm.disabled = false;
    if (!result.ok) {
      fill(said, failed(result));
      return;
    }
    close();
    say(`Version ${shortVersion(version)} is live`);
    done();
  }
}

function summary({ cells, segments }: Comparison): HTMLElement {
  const moves = segments.filter(({ rows_affected }) => rows_affected > 0);
  if (moves.length === 0)
    return h('p', { class: 'all-well' }, 'No customer of the history would get another amount.');
  return h(
    'div',
    {},
    h('p', {}, `${plural(cells.moved, 'cell')} would give another amount. Of the customers of the history:`),
    h(
      'ul',
      {},
      moves.map(({ segment, rows, rows_affected, spend }) =>
        h(
          'li',
          {},
          `by ${words(segment)}, ${count(rows_affected)} of ${count(rows)}; spend ${signed(spend.after - spend.before)}`,
        ),
      ),
    ),
  );
}
