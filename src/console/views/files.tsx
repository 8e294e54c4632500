import { useEffect, useRef, useState } from 'hono/jsx/dom';
import type { ListedRun, Run, RunStarted, Runs } from '../../api/runs.ts';
import type { ListedUpload, Uploads } from '../../api/uploads.ts';
import { type CallOptions, call, type Failure, type Result } from '../lib/api.ts';
import { Button, Fault, Field } from '../lib/parts.tsx';
import { isOpen, runOf } from '../lib/runs.ts';
import { Empty, Failed, Loading, say } from '../lib/status.tsx';
import { nameFor } from '../lib/upload-name.ts';
import { both, useLeft } from '../lib/view.tsx';
import { type FileActions, FileList } from './file-list.tsx';
import { RunList } from './run-list.tsx';

/** Milliseconds between two looks at a run that is under way. */
const WATCH_MS = 2000;
/** Looks at the list while nothing is under way, until the run of an upload is there: the queue waits a little. */
const MOST_LOOKS_FOR_A_RUN = 15;

interface Found {
  files: ListedUpload[];
  runs: ListedRun[];
  /** The run under way, with its steps. */
  current: Run | null;
}

async function look(): Promise<Result<Found>> {
  const ask = <T,>(path: string) => call<T>(path, { as: 'operator' });
  // The runs first: one that has ended by then has settled its files.
  const found = await both(await ask<Runs>('/runs'), ask<Uploads>('/uploads'));
  if (!found.ok) return found;
  const [{ runs }, { uploads: files }] = found.value;
  const open = runs.find(({ state }) => state === 'running');
  const current = open && (await ask<Run>(`/runs/${open.id}`));
  return { ok: true, value: { files, runs, current: current?.ok ? current.value : null } };
}

/** @returns what is there, and a way to follow the run that something has started until it is over */
function useFiles(changed: () => void) {
  const left = useLeft();
  const [found, setFound] = useState<Result<Found> | null>(null);
  const known = useRef<readonly ListedRun[]>([]);

  /** @returns the runs; when they cannot be read, those that were read last */
  const refresh = async (): Promise<readonly ListedRun[]> => {
    const result = await look();
    if (left.aborted) return known.current;
    if (result.ok) known.current = result.value.runs;
    setFound(result);
    return known.current;
  };

  /** @param began called once the run is there. @returns whether a run was started */
  const follow = async (
    find: (runs: readonly ListedRun[]) => ListedRun | undefined,
    before: readonly ListedRun[],
    began: () => void,
  ): Promise<boolean> => {
    const over = new Set(before.filter((run) => !isOpen(run)).map(({ id }) => id));
    for (let looks = 0; !left.aborted; ) {
      const all = await refresh();
      const run = find(all);
      if (run !== undefined) began();
      if (run !== undefined && !isOpen(run)) {
        // A run that was under way already may have taken the file in, and left nothing new to this one.
        if (all.some(({ id, state }) => state === 'published' && !over.has(id))) changed();
        return true;
      }
      // The run begins when the one under way is over, however long that takes.
      if (!all.some(isOpen)) looks++;
      if (looks > MOST_LOOKS_FOR_A_RUN) return false;
      await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    }
    return true;
  };
  useEffect(() => void refresh(), []);
  return { found, refresh, follow };
}

/** The files that the history is made of: the state of each, and what can be done. @param changed what is live */
export function Files({ changed }: { changed: () => void }) {
  const { found, refresh, follow } = useFiles(changed);
  const [note, setNote] = useState('');
  const [refused, setRefused] = useState<Failure | null>(null);

  /** Makes a call about a file, which starts a run, and follows that. @param done what the file is then */
  const act = async (name: string, done: string, options: CallOptions): Promise<void> => {
    setRefused(null);
    setNote('One moment …');
    const before = await refresh();
    const path = `/uploads/${encodeURIComponent(name)}`;
    const result = await call<RunStarted | null>(path, { ...options, as: 'operator' });
    if (!result.ok) {
      setNote('');
      return setRefused(result);
    }
    const said = `${name} is ${done}.`;
    setNote(`${said} A run begins in a moment.`);
    say(said);
    const event = `${options.method === 'PUT' ? 'Put' : 'Delete'}Object ${name}`;
    const find = (runs: readonly ListedRun[]) =>
      options.method === 'POST' ? runs.find(({ id }) => id === result.value?.id) : runOf(event, runs, before);
    if (await follow(find, before, () => setNote(''))) return;
    setNote(`${said} No run has begun yet. Look again in a few minutes.`);
  };
  const actions: FileActions = {
    accept: ({ name }) => void act(name, 'accepted', { method: 'POST', json: { action: 'accept' } }),
    retry: ({ name }) => void act(name, 'looked at again', { method: 'POST', json: { action: 'retry' } }),
    remove: ({ name, etag }) => void act(name, 'deleted', { method: 'DELETE', etag }),
  };

  if (found !== null && !found.ok && (found.code === 'no_ingestion' || found.status === 404)) {
    return <Empty title="This deployment takes no files" />;
  }
  return (
    <section class="card files">
      <h2>Files</h2>
      <UploadForm send={(file) => act(nameFor(file.name), 'in', { method: 'PUT', body: file })} />
      <p class="hint" role="status">
        {note}
      </p>
      {refused && <Failed failure={refused} />}
      {found === null && <Loading what="the files" />}
      {found?.ok === false ? <Failed failure={found} retry={() => void refresh()} /> : null}
      {found?.ok ? (
        <>
          <FileList files={found.value.files} runs={found.value.runs} actions={actions} />
          <RunList runs={found.value.runs} current={found.value.current} />
        </>
      ) : null}
    </section>
  );
}

/** A form that sends a file. @param send resolves when the file is there and what it started is over */
function UploadForm({ send }: { send: (file: File) => Promise<void> }) {
  const input = useRef<HTMLInputElement | null>(null);
  const [fault, setFault] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const file = input.current?.files?.[0];
    setFault(file === undefined ? 'Choose a file first.' : '');
    if (file === undefined) input.current?.focus();
    else void send(file);
  };
  return (
    <form class="upload" novalidate onSubmit={submit}>
      <Field
        id="file"
        label="History file"
        input={input}
        type="file"
        accept=".csv,.tsv,.txt,.ndjson,.jsonl,.gz,.zst,.zip,text/csv"
        required
        note="CSV or JSON lines, also in .gz, .zst or .zip. Its rows join those of the other files. A file of the same name is replaced. The guards decide whether the result goes live."
      />
      <Button>Send the file</Button>
      <Fault text={fault} />
    </form>
  );
}
