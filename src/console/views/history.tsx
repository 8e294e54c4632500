import type { Child } from 'hono/jsx/dom';
import type { Versions } from '../../api/versions.ts';
import type { Span } from '../../core/publish/history.ts';
import type { Hold } from '../../core/publish/pointer.ts';
import { count } from '../lib/format.ts';
import { useGridKeys } from '../lib/grid-keys.ts';
import { Button, Code, Pill, TableHead } from '../lib/parts.tsx';
import { Empty, publishCommand } from '../lib/status.tsx';
import { Time } from '../lib/time.tsx';
import type { Move } from './move.tsx';

interface HistoryProps {
  known: Versions;
  served: string;
  compare: (version: string) => void;
  move: (action: Move['action'], version: string | null) => void;
}

/** What was live when, the newest first, with what can be done about each. */
export function History({ known, served, compare, move }: HistoryProps) {
  const { history: spans, stored, live } = known;
  const keys = useGridKeys();
  if (spans.length === 0) return <Nothing moved={live !== null} />;
  const rows = new Map(stored.map(({ version, rows_kept }) => [version, rows_kept]));
  const unseen = <span class="unseen">Actions</span>;
  return (
    <section class="card">
      <h2>What was live</h2>
      {live && <HoldLine hold={live.hold} move={move} />}
      <table {...keys} class="list">
        <TableHead columns={['Version', 'From', 'Until', 'What and who', 'Rows', unseen]} />
        <tbody>
          {spans.map((span) => (
            <SpanRow
              span={span}
              rows={rows.get(span.version)}
              isLive={span.version === (live?.version ?? served)}
              isHere={span.version === served}
              compare={() => compare(span.version)}
              rollBack={() => move('rollback', span.version)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
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
function HoldLine({ hold, move }: { hold: Hold | null; move: HistoryProps['move'] }) {
  if (hold === null) {
    return (
      <p class="hold">
        The next version that passes the guards replaces what is live.{' '}
        <Button click={() => move('hold', null)} kind="small">
          Hold
        </Button>
      </p>
    );
  }
  return (
    <div class="finding finding-warn hold">
      <strong>Held</strong>
      <p>
        by {hold.by} since <Time iso={hold.since} />
        {hold.reason === null ? '. ' : `: ${hold.reason}. `}
        Nothing replaces what is live until it is released.{' '}
        <Button click={() => move('release', null)} kind="small">
          Release
        </Button>
      </p>
    </div>
  );
}

interface SpanProps {
  span: Span;
  /** Undefined or null where the version is not stored. */
  rows: number | null | undefined;
  isLive: boolean;
  /** Whether this place answers from it. */
  isHere: boolean;
  compare: () => void;
  rollBack: () => void;
}

function SpanRow({ span, rows, isLive, isHere, compare, rollBack }: SpanProps) {
  const { version, from, to, by, action, reason } = span;
  const isLast = to === null;
  return (
    <tr>
      <th scope="row">
        <code class="version">{version}</code>
        {isLast && <Pill kind="good">Live</Pill>}
        {isLast && !isHere && <Pill kind="warn">not here yet</Pill>}
      </th>
      <Labelled label="From" times>
        {from === null ? 'the deployment' : <Time iso={from} />}
      </Labelled>
      <Labelled label="Until" times>
        {isLast ? 'now' : <Time iso={to} />}
      </Labelled>
      <Labelled label="What and who">
        {action === 'bundled' ? ACTIONS.bundled : `${ACTIONS[action] ?? action} by ${by}`}
        {reason !== null && <span class="hint"> “{reason}”</span>}
      </Labelled>
      <Labelled label="Rows">{rows == null ? 'not stored' : count(rows)}</Labelled>
      <td class="actions">
        {!isLive && rows != null && (
          <>
            <Button click={compare} kind="small" label={`Compare ${version} with what is live`}>
              Compare
            </Button>{' '}
            <Button click={rollBack} kind="small" label={`Roll back to ${version}`}>
              Roll back
            </Button>
          </>
        )}
      </td>
    </tr>
  );
}

function Labelled({ label, times, children }: { label: string; times?: boolean; children?: Child }) {
  return (
    <td data-label={label} class={times ? 'live-times' : undefined}>
      <span>{children}</span>
    </td>
  );
}

function Nothing({ moved }: { moved: boolean }) {
  return (
    <Empty title="No versions yet">
      <p>
        {moved
          ? 'The history of what was live is empty.'
          : 'Nothing was published yet: answers come from the artifact that is bundled with the service.'}
      </p>
      <Code>{publishCommand()}</Code>
    </Empty>
  );
}
