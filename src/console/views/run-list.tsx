import type { ListedRun, Run, RunState } from '../../api/runs.ts';
import { count, shortVersion } from '../lib/format.ts';
import { Pill, type PillKind, Sentence } from '../lib/parts.tsx';
import { Time } from '../lib/time.tsx';

const MOST_SHOWN = 10;

const STATES: Record<RunState, [kind: PillKind, word: string]> = {
  waiting: ['quiet', 'Waiting'],
  running: ['info', 'Running'],
  published: ['good', 'Published'],
  unchanged: ['quiet', 'Nothing new'],
  held: ['warn', 'Held back'],
  refused: ['warn', 'Refused'],
  continued: ['info', 'Continues'],
  failed: ['bad', 'Failed'],
};

/** The last runs, the newest first. @param current the one under way, with its steps */
export function RunList({ runs, current }: { runs: readonly ListedRun[]; current: Run | null }) {
  if (runs.length === 0) return null;
  return (
    <>
      <h3>Runs</h3>
      <ul class="runs">
        {runs.slice(0, MOST_SHOWN).map((run) => (
          <li key={`${run.id} ${run.state}`}>
            <RunLine run={run} />
            {current?.id === run.id ? <Steps run={current} /> : null}
          </li>
        ))}
      </ul>
    </>
  );
}

function RunLine({ run }: { run: ListedRun }) {
  const { state, because, started_at, counts, version, warnings, quarantined, looked_at } = run;
  const setAside = looked_at.flatMap((file) => (file.state === 'set_aside' ? [file.name] : []));
  // The list of files has the reasons and what to do.
  const reasons = run.reasons.filter(
    (reason) => !setAside.some((name) => reason.startsWith(`${name} is set aside:`)),
  );
  const [kind, word] = STATES[state] ?? ['quiet', state];
  const outcome = [
    counts?.rows_kept == null
      ? null
      : `${count(counts.rows_kept)} of ${count(counts.rows_read ?? 0)} rows kept`,
    version && `version ${shortVersion(version)}`,
  ].filter((part) => part !== null);
  return (
    <>
      <p class="run-line">
        <Pill kind={kind}>{word}</Pill> {because.slice(0, 3).map(inWords).join(', ')}{' '}
        <span class="hint">
          <Time iso={started_at} />
        </span>
      </p>
      {outcome.length === 0 ? null : <p class="hint">{outcome.join(' · ')}</p>}
      {reasons.map((reason) => (
        <p class="fault">
          <Sentence of={reason} />
        </p>
      ))}
      {setAside.map((name) => (
        <p class="fault">{`${name} is set aside: see the list of files.`}</p>
      ))}
      {warnings.map((warning) => (
        <p class="hint">
          <Sentence of={warning} />
        </p>
      ))}
      {quarantined.map(({ name, reason }) => (
        <p class="fault">
          <Sentence of={`${name} cannot be read: ${reason}`} />
        </p>
      ))}
    </>
  );
}

/** What called for a run, for people: "PutObject orders.csv" is "orders.csv was sent". */
function inWords(cause: string): string {
  const [, event, name] = /^(PutObject|DeleteObject|retry|accepted) (.+)$/.exec(cause) ?? [];
  if (event === undefined || name === undefined) return CAUSES[cause] ?? cause;
  return `${name} ${EVENTS[event] ?? event}`;
}

const EVENTS: Readonly<Record<string, string>> = {
  PutObject: 'was sent',
  DeleteObject: 'was deleted',
  retry: 'is looked at again',
  accepted: 'was accepted',
};
const CAUSES: Readonly<Record<string, string>> = {
  cron: 'the regular look at the files',
  'POST /runs': 'an operator started it',
  'POST /runs?force=true': 'an operator started it, past the guards',
};

function Steps({ run }: { run: Run }) {
  return (
    <ol class="steps">
      {run.steps.map(({ name, state, attempts, reason }) => (
        <li class={`step-${state}`} key={`${name} ${state} ${attempts}`}>
          {name} – {state}
          {attempts > 1 ? ` (${attempts} attempts)` : ''}
          {reason ? <span class="fault"> {reason}</span> : null}
        </li>
      ))}
    </ol>
  );
}
