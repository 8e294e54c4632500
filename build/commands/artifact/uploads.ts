import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { type ListedRun, type Run, RunSchema, RunStartedSchema, RunsSchema } from '../../../src/api/runs.ts';
import { type ListedUpload, UploadSchema, UploadsSchema } from '../../../src/api/uploads.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { Preview } from '../../../src/core/publish/comparison.ts';
import { endedWithout } from '../../../src/core/publish/ended-run.ts';
import { previewSentences } from '../../../src/core/publish/preview.ts';
import { fixedPercent, readable } from '../../../src/core/words.ts';
import { EXIT_DONE, EXIT_NO } from '../../cli/command.ts';
import { printable } from '../../cli/format.ts';
import { type Subcommand, subcommand, subgroup } from '../../cli/group.ts';
import { UsageError } from '../../cli/options.ts';
import { table } from '../../cli/table.ts';
import { type Ask, askerOf, deploymentOptions } from '../../deployment/ask.ts';
import { fileError } from '../../read/file.ts';

const LONGEST_NAME = 60;

const waitOption = {
  wait: {
    value: 'SECONDS',
    default: '120',
    description: 'How long to wait for the run that takes it in; 0 does not wait',
  },
} as const;

const putOptions = {
  ...deploymentOptions,
  ...waitOption,
  name: { value: 'NAME', description: 'What it is called there (default: the name of the file)' },
  reason: { value: 'TEXT', description: 'Why, for the list of uploads: one line' },
} as const;

const putCommand = subcommand({
  summary:
    'Uploads a file and waits until a run has looked at it. Exit code 1 if the file is set aside or cannot be read, if the run publishes nothing, or if none has looked at it in time.',
  options: putOptions,
  operands: { usage: 'FILE', least: 1, most: 1 },
  examples: [
    { args: 'export.csv', does: 'upload a file to npm run dev' },
    {
      args: 'export.csv --name 2026-11.csv --url https://voucher-edge.example.com',
      does: 'under another name',
    },
  ],
  async run(values, terminal, [file = '']) {
    const seconds = secondsOf(values.wait);
    const ask = await askerOf(values);
    const content = await contentOf(file);
    const { name = basename(file), reason } = values;
    const query = reason === undefined ? '' : `?${new URLSearchParams({ reason })}`;
    const uploaded = await ask(UploadSchema, 'PUT', pathOf(name) + query, content);
    const looked = await lookedAt(ask, uploaded, seconds);
    const { found = null, run = null } = looked ?? {};
    if (values.json) terminal.json({ uploaded, found, run });
    else if (found === null && run !== null) terminal.out(endedWords(uploaded.name, run));
    else terminal.out(putWords(uploaded.name, found, seconds) + (run === null ? '' : heldWords(run)));
    if (found === null) return seconds > 0 ? EXIT_NO : EXIT_DONE;
    return run !== null || found.state === 'set_aside' || found.state === 'unreadable' ? EXIT_NO : EXIT_DONE;
  },
});

/** A file is read while it is sent, so its size does not matter. */
async function contentOf(path: string): Promise<Blob> {
  const entry = await stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  if (!entry.isFile())
    throw new DataError(`${path}: only a file can be uploaded: upload one after the other`);
  return openAsBlob(path);
}

/** What to do when a run is longer under way than one has waited for it. */
const STUCK = 'GET /runs shows what is under way; DELETE /runs/ID ends a run that is stuck.';

function putWords(name: string, found: ListedUpload | null, seconds: number): string {
  if (found === null) {
    const looked =
      seconds > 0 ? `no run has looked at it within ${seconds} s. ${STUCK}` : 'no run has looked at it yet.';
    return `${name} is uploaded; ${looked} See: npm run artifact -- uploads list\n`;
  }
  return `${name}: ${STATES[found.state]}${rowsOf(found)}\n${lines(changesOf(found))}${reasonsOf(found)}`;
}

function endedWords(name: string, { id, state, reasons }: ListedRun): string {
  const became = state === 'refused' ? 'was refused' : 'has failed';
  return `${name} is uploaded, but its run ${became} before the file joined the history (${id}):\n${lines(reasons)}`;
}

function heldWords({ reasons }: ListedRun): string {
  return lines(reasons.map((reason) => `Nothing is published: ${reason}`));
}

const listCommand = subcommand({
  summary: 'Lists the uploads of a deployment with their rows and states.',
  options: deploymentOptions,
  examples: [{ args: '--url https://voucher-edge.example.com', does: 'list those of a deployment' }],
  async run(values, terminal) {
    const ask = await askerOf(values);
    const runs = values.json ? [] : await runsOf(ask);
    const { uploads } = await ask(UploadsSchema, 'GET', '/uploads');
    if (values.json) terminal.json({ uploads });
    else if (uploads.length === 0) terminal.out('Nothing is uploaded yet.\n');
    else {
      const runOf = ({ state, uploaded_at }: ListedUpload) =>
        state === 'new' ? endedWithout(uploaded_at, runs) : null;
      const head = ['Name', 'State', 'Rows kept', 'Answers changed', 'From', 'To', 'Uploaded', 'By'];
      const files = uploads.map((upload) => [
        printable(upload.name, LONGEST_NAME),
        (runOf(upload) ?? upload).state.replace('_', ' '),
        upload.rows_kept === null ? '-' : readable(upload.rows_kept),
        upload.changes === null ? '-' : readable(changedOf(upload.changes)),
        upload.first_timestamp?.slice(0, 10) ?? '-',
        upload.last_timestamp?.slice(0, 10) ?? '-',
        upload.uploaded_at,
        printable(upload.by ?? '-', LONGEST_NAME),
      ]);
      terminal.out(table([head, ...files], { right: [2, 3] }));
      for (const upload of uploads) {
        const run = runOf(upload);
        if (run !== null) terminal.out(`\n${endedWords(upload.name, run)}`);
        if (upload.reasons.length === 0) continue;
        terminal.out(`\n${upload.name}\n${lines(changesOf(upload))}${reasonsOf(upload)}`);
      }
    }
  },
});

const deleteCommand = subcommand({
  summary: 'Deletes an upload. The next run makes the artifact without its rows.',
  options: deploymentOptions,
  operands: { usage: 'NAME', least: 1, most: 1 },
  examples: [{ args: 'wrong.csv', does: 'delete a file that was uploaded to npm run dev' }],
  async run(values, terminal, [name = '']) {
    const ask = await askerOf(values);
    await ask(z.null(), 'DELETE', pathOf(name));
    if (values.json) terminal.json({ deleted: name });
    else terminal.out(`${name} is deleted.\n`);
  },
});

const actOptions = { ...deploymentOptions, ...waitOption } as const;

function accepting(action: 'accept' | 'retry'): Subcommand {
  return subcommand({
    summary:
      action === 'accept'
        ? 'Has an upload that is set aside join the history, past the guards. Exit code 1 if its run publishes nothing in time.'
        : 'Has an upload looked at again. Exit code 1 if it is refused again, or not looked at in time.',
    options: actOptions,
    operands: { usage: 'NAME', least: 1, most: 1 },
    examples: [{ args: '2026-11.csv', does: `${action} a file that was uploaded to npm run dev` }],
    async run(values, terminal, [name = '']) {
      const seconds = secondsOf(values.wait);
      const ask = await askerOf(values);
      const { id } = await ask(RunStartedSchema, 'POST', pathOf(name), { action });
      const run = await endOfRun(ask, id, seconds);
      if (values.json) terminal.json({ id, run });
      else if (run === null) terminal.out(`${id} has not ended yet. ${STUCK}\n`);
      else terminal.out(`${id}: ${run.state}\n${lines(run.reasons)}`);
      if (run === null) return seconds > 0 ? EXIT_NO : EXIT_DONE;
      return ['refused', 'failed', 'held'].includes(run.state) ? EXIT_NO : EXIT_DONE;
    },
  });
}

/** The files that a deployment makes its artifact from, asked of the deployment itself. */
export const uploadCommands = subgroup({
  summary: 'Uploads, lists, accepts and deletes the files that a deployment makes its artifact from.',
  commands: {
    put: putCommand,
    list: listCommand,
    delete: deleteCommand,
    accept: accepting('accept'),
    retry: accepting('retry'),
  },
  examples: [
    { args: 'put export.csv', does: 'upload a file to npm run dev, and say what its run did' },
    { args: 'list --url https://voucher-edge.example.com', does: 'list the files of a deployment' },
  ],
});

const STATES: Readonly<Record<ListedUpload['state'], string>> = {
  new: 'no run has looked at it yet',
  joined: 'its rows are in the history',
  set_aside: 'set aside, its rows join nothing',
  accepted: 'accepted, its rows are in the history',
  unreadable: 'it cannot be read',
};

function rowsOf({ rows_read, rows_kept, first_timestamp, last_timestamp }: ListedUpload): string {
  if (rows_read === null || rows_kept === null) return '';
  const share = rows_read === 0 ? '' : ` (${fixedPercent(rows_kept / rows_read)})`;
  const period =
    first_timestamp === null || last_timestamp === null
      ? ''
      : `, ${first_timestamp.slice(0, 10)} to ${last_timestamp.slice(0, 10)}`;
  return `; ${readable(rows_kept)} of ${readable(rows_read)} rows kept${share}${period}`;
}

function changedOf({ answers: { moved, added, removed } }: Preview): number {
  return moved + added + removed;
}

/** What the file changes beside the history before it. */
function changesOf({ changes }: ListedUpload): string[] {
  return changes === null ? [] : previewSentences(changes);
}

function reasonsOf({ name, state, reasons }: ListedUpload): string {
  const next = {
    set_aside: `Accept it with: npm run artifact -- uploads accept ${name}, or delete it.`,
    unreadable: 'Delete it, or upload a file that can be read under this name.',
  };
  const what = state === 'set_aside' || state === 'unreadable' ? [next[state]] : [];
  return lines([...reasons, ...what]);
}

function lines(sentences: readonly string[]): string {
  return sentences.map((sentence) => `  ${sentence}\n`).join('');
}

function secondsOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`expected a whole number of seconds for --wait, got ${JSON.stringify(text)}`);
}

const LOOK_AGAIN_MS = 500;

/**
 * Waits until a run has looked at an upload, or has ended without doing so.
 *
 * @param seconds at most
 * @returns what is known of it, and of a run that published nothing; null when the time is over
 */
function lookedAt(
  ask: Ask,
  { name, etag }: { name: string; etag: string },
  seconds: number,
): Promise<{ found?: ListedUpload; run?: ListedRun | null } | null> {
  return until(seconds, async () => {
    const runs = await runsOf(ask);
    const found = (await ask(UploadsSchema, 'GET', '/uploads')).uploads.find(
      (upload) => upload.name === name,
    );
    if (found === undefined) throw new DataError(`${name} was deleted before a run looked at it.`);
    // What was moved to quarantine leaves a mark, which has another tag.
    if (found.state === 'unreadable') return { found };
    if (found.etag !== etag) throw new DataError(`${name} was replaced before a run looked at it.`);
    if (found.state === 'set_aside') return { found };
    if (found.state !== 'new') return { found, run: heldRun(found, await runsOf(ask)) };
    const run = endedWithout(found.uploaded_at, runs);
    return run && { run };
  });
}

/**
 * Asked before the files, it tells a file that its run left as it was: a run that has ended by then has settled its files.
 *
 * @returns the newest first
 */
async function runsOf(ask: Ask): Promise<readonly ListedRun[]> {
  return (await ask(RunsSchema, 'GET', '/runs')).runs;
}

/** @returns the run that took a file in, where a hold kept what it made from going live; null for one before the upload */
function heldRun({ run: id, uploaded_at }: ListedUpload, runs: readonly ListedRun[]): ListedRun | null {
  const run = runs.find((one) => one.id === id);
  const since = Date.parse(run?.finished_at ?? '');
  return run?.state === 'held' && since >= Date.parse(uploaded_at) ? run : null;
}

/** Waits until a run has ended. @param seconds at most @returns null when the time is over */
function endOfRun(ask: Ask, id: string, seconds: number): Promise<Run | null> {
  return until(seconds, async () => {
    const run = await ask(RunSchema, 'GET', `/runs/${encodeURIComponent(id)}`);
    return run.state === 'waiting' || run.state === 'running' ? null : run;
  });
}

async function until<T>(seconds: number, look: () => Promise<T | null>): Promise<T | null> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== null || performance.now() >= end) return found;
    await sleep(LOOK_AGAIN_MS);
  }
}

function pathOf(name: string): string {
  return `/uploads/${encodeURIComponent(name)}`;
}
