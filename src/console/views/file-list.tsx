import type { ListedRun } from '../../api/runs.ts';
import type { ListedUpload } from '../../api/uploads.ts';
import { endedWithout } from '../../core/publish/ended-run.ts';
import { previewSentences } from '../../core/publish/preview.ts';
import { openDialog } from '../lib/dialog.tsx';
import { count, dates, NONE, plural } from '../lib/format.ts';
import { BUTTONS, List } from '../lib/list.tsx';
import { Button, Pill, type PillKind, Sentence } from '../lib/parts.tsx';
import { Time } from '../lib/time.tsx';

/** What can be done with a file. */
export interface FileActions {
  accept: (file: ShownFile) => void;
  retry: (file: ShownFile) => void;
  remove: (file: ShownFile) => void;
}

/** The state of a file: what a run found, or that its run ended before the file joined the history. */
type FileState = ListedUpload['state'] | 'refused' | 'failed';

/** The state of a file, and what to do about it. */
const STATES: Record<FileState, { kind: PillKind; word: string; todo: string }> = {
  new: { kind: 'info', word: 'New', todo: 'The next run looks at it.' },
  joined: { kind: 'good', word: 'In the history', todo: '' },
  accepted: { kind: 'good', word: 'Accepted', todo: 'It was set aside, and is in the history all the same.' },
  set_aside: {
    kind: 'warn',
    word: 'Set aside',
    todo: 'None of its rows are in the history. Accept it if it is right; otherwise delete it, or send a corrected file under the same name.',
  },
  unreadable: {
    kind: 'bad',
    word: 'Cannot be read',
    todo: 'Send a corrected file under the same name, or delete it.',
  },
  refused: {
    kind: 'warn',
    word: 'Refused',
    todo: 'None of its rows are in the history: its run, which is listed below, was refused. Retry once the reason is gone.',
  },
  failed: {
    kind: 'bad',
    word: 'Failed',
    todo: 'None of its rows are in the history: its run, which is listed below, has failed. The next run looks at it again.',
  },
};

/** The files that are shown before more are asked for. */
const MOST_SHOWN = 20;

/** A file with its state. */
type ShownFile = Omit<ListedUpload, 'state'> & { state: FileState };

/** States in which a file waits for an operator. */
const WAITING: ReadonlySet<FileState> = new Set(['set_aside', 'unreadable', 'refused', 'failed']);

/** @returns files with those first that wait for an operator, then the newest */
function ordered(files: readonly ShownFile[]): ShownFile[] {
  const waits = ({ state }: ShownFile) => WAITING.has(state);
  return files.toSorted(
    (a, b) => Number(waits(b)) - Number(waits(a)) || b.uploaded_at.localeCompare(a.uploaded_at),
  );
}

/** @returns a file as GET /uploads lists it; if it is new although its run has ended, with the state and reasons of that */
function shownOf(file: ListedUpload, runs: readonly ListedRun[]): ShownFile {
  const run = file.state === 'new' ? endedWithout(file.uploaded_at, runs) : null;
  return run === null ? file : { ...file, state: run.state, reasons: run.reasons };
}

interface FileListProps {
  files: readonly ListedUpload[];
  /** The newest first. */
  runs: readonly ListedRun[];
  actions: FileActions;
}

/** The files that are there, with their rows, their period, their state and what can be done. */
export function FileList({ files, runs, actions }: FileListProps) {
  if (files.length === 0) return <p class="hint">There is no file yet.</p>;
  const all = ordered(files.map((file) => shownOf(file, runs)));
  return (
    <List
      kind="list file-list"
      caption="Files, those that wait for an operator first"
      unseen
      columns={[
        { name: 'File', of: (file) => <About file={file} /> },
        { name: 'Rows kept', number: true, of: rowsOf },
        {
          name: 'Period',
          of: ({ first_timestamp: first, last_timestamp: last }) =>
            first === null || last === null ? NONE : dates(first, last),
        },
        { name: 'State', of: ({ state }) => <Pill kind={stateOf(state).kind}>{stateOf(state).word}</Pill> },
        { ...BUTTONS, of: (file) => <Buttons file={file} actions={actions} /> },
      ]}
      rows={all.slice(0, MOST_SHOWN)}
      keyOf={({ name, etag }) => `${name} ${etag}`}
      more={{ rows: all, text: `Show all ${plural(files.length, 'file')}` }}
    />
  );
}

const stateOf = (state: FileState) => STATES[state] ?? { kind: 'quiet', word: state, todo: '' };

function rowsOf({ rows_kept, rows_read }: ShownFile): string {
  return rows_kept === null ? NONE : `${count(rows_kept)} of ${count(rows_read ?? rows_kept)}`;
}

/** Where a file comes from, what was found, and what to do about it. */
function About({ file }: { file: ShownFile }) {
  const { name, state, reasons, changes, uploaded_at, by, reason } = file;
  const { todo } = stateOf(state);
  return (
    <>
      <bdi>{name}</bdi>
      <div class="hint">
        sent {by === null ? '' : `by ${by} `}
        <Time iso={uploaded_at} />
        {reason === null ? '' : ` “${reason}”`}
      </div>
      {reasons.map((why) => (
        <p class="fault">
          <Sentence of={why} />
        </p>
      ))}
      {todo === '' ? null : <p class="hint">{todo}</p>}
      {changes === null && state === 'joined' ? (
        <p class="hint">
          What it changes is not kept: there was no history before it, or very many files came at once.
        </p>
      ) : null}
      {changes === null ? null : (
        <details open={state === 'set_aside'}>
          <summary>What it changes</summary>
          {previewSentences(changes).map((line) => (
            <p class="hint">{line}</p>
          ))}
        </details>
      )}
    </>
  );
}

function Buttons({ file, actions }: { file: ShownFile; actions: FileActions }) {
  const { name, state } = file;
  const button = (verb: string, act: () => void) => (
    <Button click={act} kind="small" label={`${verb} ${name}`}>
      {verb}
    </Button>
  );
  return (
    <>
      {state === 'set_aside' ? button('Accept', () => confirmAccept(file, actions)) : null}
      {WAITING.has(state) ? button('Retry', () => actions.retry(file)) : null}
      {button('Delete', () => confirmDelete(file, actions))}
    </>
  );
}

function confirmAccept(file: ShownFile, { accept }: FileActions): void {
  confirm(`Accept ${file.name}?`, 'Accept', 'main', () => accept(file), [
    'Its rows join the history, past the guards. It was set aside because:',
    ...file.reasons,
    ...(file.changes === null ? [] : ['What it changes:', ...previewSentences(file.changes)]),
  ]);
}

function confirmDelete(file: ShownFile, { remove }: FileActions): void {
  const joined = file.state === 'joined' || file.state === 'accepted';
  const loss = joined
    ? `The next run makes a version without its ${plural(file.rows_kept ?? 0, 'row')}, and the guards decide whether that goes live.`
    : 'None of its rows are in the history.';
  confirm(`Delete ${file.name}?`, 'Delete', 'danger', () => remove(file), [
    loss,
    'The file itself is gone for good.',
  ]);
}

function confirm(
  title: string,
  verb: string,
  kind: 'main' | 'danger',
  go: () => void,
  lines: readonly string[],
): void {
  openDialog({ title: <bdi>{title}</bdi> }, (close) => {
    const sure = () => {
      close();
      go();
    };
    return (
      <>
        <div class="dialog-body">
          {lines.map((line) => (
            <p>
              <Sentence of={line} />
            </p>
          ))}
        </div>
        <div class="dialog-actions">
          <Button click={close}>Cancel</Button>
          <Button click={sure} kind={kind}>
            {verb}
          </Button>
        </div>
      </>
    );
  });
}
