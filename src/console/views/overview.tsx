import { type Child, useState } from 'hono/jsx/dom';
import { count, dates, dateTime, duration, shortVersion } from '../lib/format.ts';
import { Figure, Pill, type PillKind } from '../lib/parts.tsx';
import {
  type Description,
  description,
  type Readiness,
  readiness,
  report,
  type Table,
  table,
} from '../lib/service.ts';
import { ago, Time } from '../lib/time.tsx';
import { both, Loaded, useLater } from '../lib/view.tsx';
import { Attention } from './attention.tsx';
import { GuardList } from './guards.tsx';
import { RowsBar, RowsInNoBand } from './rows.tsx';

/** What is live, what it is made of, and what needs an operator. */
export function view() {
  return (
    <>
      <h1>Overview</h1>
      <div class="view">
        <Loaded
          what="what is live"
          load={() => both(readiness(), description())}
          show={([ready, artifact]) => <Overview ready={ready} artifact={artifact} />}
        />
      </div>
    </>
  );
}

interface LiveProps {
  ready: Readiness;
  artifact: Description;
}

function Overview({ ready, artifact }: LiveProps) {
  const [cells, setCells] = useState<Table | null>(null);
  const kept = useLater(report);
  const load = async () => {
    const result = await table(Object.keys(artifact.config.segments));
    if (result.ok) setCells(result.value);
    return result;
  };
  return (
    <>
      <Lead ready={ready} artifact={artifact} />
      <Facts ready={ready} artifact={artifact} />
      <Section title="What needs attention">
        <div class="findings">
          <Loaded
            what="the table"
            load={load}
            show={(found) => <Attention ready={ready} artifact={artifact} table={found} />}
          />
        </div>
      </Section>
      <Section title="What became of the rows">
        <RowsBar quality={artifact.quality} examples={kept?.ok ? kept.value.dropped : {}} />
        <div>{cells && <RowsInNoBand table={cells} artifact={artifact} />}</div>
      </Section>
      <Section title="What guards a new version">
        <GuardList ready={ready} artifact={artifact} />
      </Section>
    </>
  );
}

function Section({ title, children }: { title: string; children?: Child }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Where the answers come from, in words. */
const ORIGINS: Record<string, string> = {
  bundled: 'bundled with the service',
  kv: 'published',
  file: 'read from a file',
  url: 'read from an address',
};

function Lead({ ready: { check, data, fault, origin }, artifact: { version } }: LiveProps) {
  const [kind, word]: [PillKind, string] = check.overdue
    ? ['bad', 'Check overdue']
    : fault
      ? ['warn', 'Check failing']
      : data.stale
        ? ['warn', 'Stale history']
        : ['good', 'Live'];
  return (
    <p class="lead">
      <Pill kind={kind}>{word}</Pill> Answers come from version{' '}
      <code title={version}>{shortVersion(version)}</code>, {ORIGINS[origin] ?? origin}.
    </p>
  );
}

function Facts({ ready: { published_at, check, origin }, artifact: { data, quality, version } }: LiveProps) {
  const age = check.age_seconds;
  const { first_timestamp: first, last_timestamp: last } = data;
  const since = published_at ? (
    <>
      live since <Time iso={published_at} />
    </>
  ) : (
    'bundled with the service'
  );
  const newest = (
    <>
      the newest row is{' '}
      <time datetime={last} title={dateTime(last)}>
        {ago(last).replace(/ ago$/, ' old')}
      </time>
    </>
  );
  return (
    <dl class="card figures">
      <Figure name="Version" value={<code class="version">{version}</code>} note={since} />
      <Figure name="History" value={dates(first, last)} note={newest} />
      <Figure
        name="Rows kept"
        value={count(quality.rows_kept)}
        note={`of ${count(quality.rows_read)} read`}
      />
      <Figure
        name="Last checked"
        value={age ? `${duration(age)} ago` : 'just now'}
        note={origin === 'bundled' && !age ? 'this one came with the service' : 'whether a newer one is live'}
      />
    </dl>
  );
}
