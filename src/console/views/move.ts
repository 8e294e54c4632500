import type { Moved } from '../../core/publish/publish.ts';
import { mostChanged, type UnitSpend } from '../../core/publish/spend.ts';
import type { Comparison } from '../../core/publish/versions.ts';
import { unitName } from '../../core/sum-money.ts';
import { call } from '../lib/api.ts';
import { openDialog } from '../lib/dialog.ts';
import { fill, h } from '../lib/dom.ts';
import { count, plural, shortVersion, signed, words } from '../lib/format.ts';
import { button, field } from '../lib/parts.ts';
import { token } from '../lib/secrets.ts';
import { failed, loading, say } from '../lib/status.ts';

export interface Move {
  action: 'rollback' | 'hold' | 'release';
  /** What to go back to; null where the version stays. */
  version: string | null;
  served: string;
  done: () => void;
}

const WORDS: Record<Move['action'], { verb: string; does: string }> = {
  rollback: {
    verb: 'Roll back',
    does: 'New answers come from this version, everywhere, within a minute or two. It is held: nothing replaces it until you release it.',
  },
  hold: {
    verb: 'Hold',
    does: 'Nothing replaces what is live until you release it. Runs go on, and say what they would have published.',
  },
  release: { verb: 'Release', does: 'The next version that passes the guards goes live again by itself.' },
};

/** Says what a move would change, asks for the reason, and makes it once it is confirmed. */
export function move({ action, version, served, done }: Move): void {
  const { verb, does } = WORDS[action];
  const name = version === null ? verb : `${verb} to ${shortVersion(version)}`;
  const what = h('div', version !== null && loading('what would change'));
  const said = h('div');
  const reason = h('input', { id: 'reason', type: 'text', maxlength: 500, autocomplete: 'off' });
  openDialog({
    title: `${name}?`,
    body: [h('p', does), what, field('Why, in one line for the history', reason), said],
    actions: (close) => {
      const kind = action === 'release' ? 'main' : 'danger';
      const confirm = button(name, () => void go(confirm, close), kind);
      return [button('Cancel', close), confirm];
    },
  });
  if (version !== null) void preview(version);

  async function preview(to: string): Promise<void> {
    const query = new URLSearchParams({ from: served, to });
    const result = await call<Comparison>(`/versions/diff?${query}`, { token: token() });
    fill(what, result.ok ? summary(result.value) : failed(result));
  }

  async function go(confirm: HTMLButtonElement, close: () => void): Promise<void> {
    confirm.disabled = true;
    const json = { ...(version !== null && { version }), reason: reason.value.trim() || null };
    const result = await call<Moved>(`/${action}`, { method: 'POST', json, token: token() });
    confirm.disabled = false;
    if (!result.ok) {
      fill(said, failed(result));
      return;
    }
    close();
    say(version === null ? `${verb}: done` : `Version ${shortVersion(version)} is live`);
    done();
  }
}

function summary({ cells, segments }: Comparison): HTMLElement {
  const moves = segments.filter(({ rows_affected }) => rows_affected > 0);
  if (moves.length === 0) return h('p.all-well', 'No row of the history would get another amount.');
  return h(
    'div',
    h('p', `${plural(cells.moved, 'cell')} would give another amount. Of the rows of the history:`),
    h(
      'ul',
      moves.map(({ segment, rows, rows_affected, spend }) =>
        h('li', `by ${words(segment)}, ${count(rows_affected)} of ${count(rows)}; spend ${changes(spend)}`),
      ),
    ),
  );
}

/** The change of the spend in each currency: "+120 EUR, −35.50 PEN". */
function changes(spend: readonly UnitSpend[]): string {
  const { shown, more } = mostChanged(spend);
  const each = shown.map((sum) => `${signed(sum.after - sum.before)} ${unitName(sum)}`);
  return [...each, ...(more > 0 ? [`${count(more)} more`] : [])].join(', ');
}
