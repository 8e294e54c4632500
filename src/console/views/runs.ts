import type { RunRecord } from '../../ingest/record.ts';
import { call } from '../lib/api.ts';
import { type Child, fill, h } from '../lib/dom.ts';
import { count, sentence, shortVersion } from '../lib/format.ts';
import { token } from '../lib/secrets.ts';
import { empty, failed } from '../lib/status.ts';
import { timeElement } from '../lib/time.ts';
import { upload } from './upload.ts';

type Run = Omit<RunRecord, 'steps'> & Partial<Pick<RunRecord, 'steps'>>;

/** Milliseconds between two looks at a run that is under way. */
const WATCH_MS = 2000;
/** Looks at the list while nothing is under way, until the run of an upload is there: the queue waits a little. */
const MOST_LOOKS_FOR_A_RUN = 15;
const MOST_SHOWN = 10;

/**
 * @param before the runs that were there before the file was sent: a file of this name may have started some of them
 * @returns the run that a file has started; undefined as long as it is not there
 */
export function runOf<R extends Pick<Run, 'id' | 'because'>>(
  name: string,
  runs: readonly R[],
  before: readonly Pick<Run, 'id'>[],
): R | undefined {
  const known = new Set(before.map(({ id }) => id));
  // The newest come first. A message that came twice starts a second run, which finds nothing to do.
  return runs.findLast(({ id, because }) => !known.has(id) && because.includes(`PutObject ${name}`));
}

/** Files on their way in: a form for one, and what became of the last ones. */
export function runs(left: AbortSignal, changed: () => void): HTMLElement {
  const place = h('div', {});
  let known: readonly Run[] = [];
  const section = h(
    'section',
    { class: 'card' },
    h('h2', {}, 'Files on their way in'),
    upload(look, (name, before) => void watch(name, before)),
    place,
  );
  void look();
  return section;

  /** Shows the runs. @returns them; when they cannot be read, those that were read last */
  async function look(): Promise<readonly Run[]> {
    const result = await call<{ runs: Run[] }>('/runs', { token: token() });
    if (left.aborted) return known;
    if (result.ok) {
      known = result.value.runs;
      const current = known.find(({ state }) => state === 'running');
      const whole = current && (await call<RunRecord>(`/runs/${current.id}`, { token: token() }));
      if (left.aborted) return result.value.runs;
      fill(place, list(result.value.runs, whole?.ok ? whole.value : null));
      return result.value.runs;
    }
    fill(
      place,
      result.code === 'no_ingestion' || result.status === 404
        ? empty('This deployment takes no files')
        : failed(result, () => void look()),
    );
    return known;
  }

  /** Follows the run that a file has started until it is over. */
  async function watch(name: string, before: readonly Run[]): Promise<void> {
    const over = new Set(before.filter(({ state }) => state !== 'running').map(({ id }) => id));
    for (let looks = 0; !left.aborted; ) {
      const all = await look();
      const found = runOf(name, all, before);
      if (found && found.state !== 'running') {
        // A run that was under way already may have taken the file in, and left nothing new to this one.
        if (all.some(({ id, state }) => state === 'published' && !over.has(id))) changed();
        return;
      }
      // The run begins when the one under way is over, however long that takes.
      if (!all.some(({ state }) => state === 'running')) looks++;
      if (looks > MOST_LOOKS_FOR_A_RUN) return;
      await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    }
  }
}

const STATES: Record<RunRecord['state'], [kind: string, word: string]> = {
  waiting: ['quiet', 'Waiting'],
  running: ['info', 'Under way'],
  published: ['good', 'Published'],
  unchanged: ['quiet', 'Nothing new'],
  held: ['warn', 'Held back'],
  refused: ['warn', 'Refused'],
  continued: ['info', 'Goes on'],
  failed: ['bad', 'Failed'],
};

function list(all: readonly Run[], current: RunRecord | null): HTMLElement {
  if (all.length === 0) return h('p', { class: 'hint' }, 'No file has come in yet.');
  return h(
    'ul',
    { class: 'runs' },
    all
      .slice(0, MOST_SHOWN)
      .map((run) => h('li', {}, runLine(run), run.id === current?.id && steps(current))),
  );
}

function runLine({
  state,
  because,
  started_at,
  counts,
  version,
  warnings,
  reasons,
  quarantined,
}: Run): Child {
  const [kind, word] = STATES[state] ?? ['quiet', state];
  const rows =
    counts?.rows_kept == null
      ? null
      : `${count(counts.rows_kept)} of ${count(counts.rows_read ?? 0)} rows kept`;
  return [
    h(
      'p',
      { class: 'run-line' },
      h('span', { class: `pill pill-${kind}` }, word),
      ' ',
      because.slice(0, 3).join(', '),
      h('span', { class: 'hint' }, ' ', timeElement(started_at)),
    ),
    (rows || version) &&
      h(
        'p',
        { class: 'hint' },
        [rows, version && `version ${shortVersion(version)}`].filter(Boolean).join(' · '),
      ),
    reasons.map((reason) => h('p', { class: 'fault' }, sentence(reason))),
    warnings.map((warning) => h('p', { class: 'hint' }, sentence(warning))),
    quarantined.map(({ name, reason }) => h('p', { class: 'fault' }, `${name} was set aside: ${reason}`)),
  ];
}

function steps(run: RunRecord): HTMLElement {
  return h(
    'ol',
    { class: 'steps' },
    run.steps.map(({ name, state, attempts, reason }) =>
      h(
        'li',
        { class: `step-${state}` },
        name,
        ` – ${state}`,
        attempts > 1 && ` (${attempts} attempts)`,
        reason && h('span', { class: 'fault' }, ` ${reason}`),
      ),
    ),
  );
}
