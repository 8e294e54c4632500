import type { Versions } from '../../api/versions.ts';
import type { Span } from '../../core/publish/history.ts';
import type { Hold } from '../../core/publish/pointer.ts';
import { count } from '../lib/format.ts';
import { BUTTONS, List } from '../lib/list.tsx';
import { Button, Code, Pill } from '../lib/parts.tsx';
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
  if (spans.length === 0) return <Nothing moved={live !== null} />;
  const rows = new Map(stored.map(({ version, rows_kept }) => [version, rows_kept]));
  const buttons = ({ version }: Span) =>
    version !== (live?.version ?? served) &&
    rows.get(version) != null && (
      <>
        <Button click={() => compare(version)} kind="small" label={`Compare ${version} with what is live`}>
          Compare
        </Button>{' '}
        <Button click={() => move('rollback', version)} kind="small" label={`Roll back to ${version}`}>
          Roll back
        </Button>
      </>
    );
  const time = (iso: string | null, none: string) => <span>{iso === null ? none : <Time iso={iso} />}</span>;
  return (
    <section class="card">
      <h2>What was live</h2>
      {live && <HoldLine hold={live.hold} move={move} />}
      <List
        columns={[
          { name: 'Version', of: (span) => <Version span={span} isHere={span.version === served} /> },
          { name: 'From', kind: 'live-times', of: ({ from }) => time(from, 'the deployment') },
          { name: 'Until', kind: 'live-times', of: ({ to }) => time(to, 'now') },
          { name: 'What and who', of: (span) => <What span={span} /> },
          {
            name: 'Rows',
            of: ({ version }) => {
              const kept = rows.get(version);
              return kept == null ? 'not stored' : count(kept);
            },
          },
          { ...BUTTONS, of: buttons },
        ]}
        rows={spans}
      />
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

function Version({ span: { version, to }, isHere }: { span: Span; isHere: boolean }) {
  return (
    <>
      <code class="version">{version}</code>
      {to === null && <Pill kind="good">Live</Pill>}
      {to === null && !isHere && <Pill kind="warn">not here yet</Pill>}
    </>
  );
}

function What({ span: { action, by, reason } }: { span: Span }) {
  return (
    <span>
      {action === 'bundled' ? ACTIONS.bundled : `${ACTIONS[action] ?? action} by ${by}`}
      {reason !== null && <span class="hint"> “{reason}”</span>}
    </span>
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
