import { useRef, useState } from 'hono/jsx/dom';
import type { Moved } from '../../api/versions.ts';
import type { Comparison, UnitSpend } from '../../core/publish/comparison.ts';
import { mostChanged } from '../../core/publish/spend.ts';
import { unitName } from '../../core/sum-money.ts';
import { call, type Failure } from '../lib/api.ts';
import { openDialog } from '../lib/dialog.tsx';
import { count, haveFractions, plural, shortVersion, signed, words } from '../lib/format.ts';
import { Button, Field } from '../lib/parts.tsx';
import { comparison } from '../lib/service.ts';
import { Failed, say } from '../lib/status.tsx';
import { Loaded } from '../lib/view.tsx';

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
export function openMove(move: Move): void {
  const { verb } = WORDS[move.action];
  const name = move.version === null ? verb : `${verb} to ${shortVersion(move.version)}`;
  openDialog({ title: `${name}?` }, (close) => <Confirm move={move} name={name} close={close} />);
}

function Confirm({ move, name, close }: { move: Move; name: string; close: () => void }) {
  const { action, version, served, done } = move;
  const { verb, does } = WORDS[action];
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const reason = useRef<HTMLInputElement | null>(null);
  const go = async () => {
    setBusy(true);
    const why = reason.current?.value.trim() || null;
    const json = { ...(version !== null && { version }), reason: why };
    const result = await call<Moved>(`/${action}`, { method: 'POST', json, as: 'operator' });
    setBusy(false);
    if (!result.ok) return setFailure(result);
    close();
    say(version === null ? `${verb}: done` : `Version ${shortVersion(version)} is live`);
    done();
  };
  return (
    <>
      <div class="dialog-body">
        <p>{does}</p>
        <div>
          {version !== null && (
            <Loaded
              what="what would change"
              load={() => comparison(served, version)}
              show={(diff) => <Summary diff={diff} />}
            />
          )}
        </div>
        <Field
          id="reason"
          label="Why, in one line for the history"
          input={reason}
          type="text"
          maxlength={500}
        />
        <div>{failure && <Failed failure={failure} />}</div>
      </div>
      <div class="dialog-actions">
        <Button click={close}>Cancel</Button>
        <Button click={() => void go()} kind={action === 'release' ? 'main' : 'danger'} disabled={busy}>
          {name}
        </Button>
      </div>
    </>
  );
}

/** Segments that are named: a person has to decide, and to see the button. */
const MOST_SEGMENTS = 3;

function Summary({ diff: { cells, segments, defaults } }: { diff: Comparison }) {
  const asked = defaults.find(({ is_default_segment }) => is_default_segment)?.segment;
  // The one that decides where a request names none is there in any case, and first.
  const moves = segments
    .filter(({ segment, rows_affected }) => rows_affected > 0 || segment === asked)
    .toSorted((a, b) => Number(b.segment === asked) - Number(a.segment === asked));
  const more = moves.length - MOST_SEGMENTS;
  if (moves.every(({ rows_affected }) => rows_affected === 0))
    return <p class="all-well">No row of the history would get another amount.</p>;
  return (
    <div>
      <p>{plural(cells.moved, 'cell')} would give another amount. Of the rows of the history:</p>
      <ul>
        {moves.slice(0, MOST_SEGMENTS).map(({ segment, rows, rows_affected, spend }) => (
          <li>
            by {words(segment)},{' '}
            {rows_affected === 0
              ? `none of ${count(rows)}`
              : `${count(rows_affected)} of ${count(rows)}; spend ${changes(spend)}`}
          </li>
        ))}
        {more > 0 && <li>and by {plural(more, 'other segment')}, which Compare shows</li>}
      </ul>
    </div>
  );
}

/** The change of the spend in each currency where it changes: "+120 EUR, −35.50 PEN". */
function changes(spend: readonly UnitSpend[]): string {
  const { shown, more } = mostChanged(spend);
  const each = shown.flatMap((sum) => {
    const { before, after } = sum;
    const change = signed(after - before, haveFractions([before, after]));
    // An amount and its currency do not part at the end of a line.
    return before === after ? [] : [`${change}\u00a0${unitName(sum)}`];
  });
  if (each.length === 0) return 'stays the same';
  return [...each, ...(more > 0 ? [`and ${count(more)} more, which Compare shows`] : [])].join(', ');
}
