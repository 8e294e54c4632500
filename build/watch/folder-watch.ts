import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FSWatcher, watch } from 'chokidar';
import { DataError, messageOf } from '../../src/core/errors.ts';
import { safe } from '../cli/format.ts';
import { writeFileAside } from '../files/aside.ts';
import { InputError, type InputFile } from '../read/file.ts';
import { QUARANTINE } from '../read/kinds.ts';
import type { WatchEvent } from './events.ts';
import { changes, type FolderState, lookInto, NO_FILES, sameState } from './folder-state.ts';
import type { Built } from './rebuild.ts';

interface WatchOptions {
  folder: string;
  /** Milliseconds for which nothing may change before files are taken to be whole. */
  settle: number;
  /** Milliseconds after which the folder is looked into unasked: some file systems tell of nothing. */
  poll: number;
  tell: (event: WatchEvent) => void;
  /** Builds the artifact of some files; what it throws leaves the last one. */
  rebuild: (files: readonly InputFile[]) => Promise<Built>;
}

/**
 * Builds whenever the files of a folder have changed. An event of the file system is only a reason to look at the folder.
 * A build starts when two looks have seen the same, so nothing is missed if events are lost, and many changes at once
 * are one build.
 */
export class FolderWatch {
  readonly #options: WatchOptions;
  #watcher: FSWatcher | null = null;
  /** Resolves at an event of the file system. */
  #stirred = Promise.withResolvers<void>();
  /** The last state that was reported. */
  #seen: FolderState = NO_FILES;
  /** The state that needs no further build; null when there is one to do. */
  #settled: FolderState | null = null;
  /** Bad files that could not be moved, by name, as they were. */
  readonly #refused = new Map<string, string>();
  #lastReason: string | null = null;
  #warned: ReadonlySet<string> = new Set();
  #gone = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Watches for ever, or until `tell` throws. */
  async run(): Promise<never> {
    this.#listen();
    try {
      for (;;) {
        this.#stirred = Promise.withResolvers();
        if (await this.#step()) await Promise.race([this.#stirred.promise, sleep(this.#options.poll)]);
      }
    } finally {
      await this.#watcher?.close();
    }
  }

  /** @returns whether there is nothing to do before something changes */
  async #step(): Promise<boolean> {
    const { folder, tell } = this.#options;
    const state = await this.#whole().catch((error: Error) => error);
    if (state instanceof Error) return this.#keep(state);
    if (state === null) {
      if (!this.#gone) tell({ event: 'folder_gone', folder });
      this.#gone = true;
      return true;
    }
    if (this.#gone) {
      this.#gone = false;
      tell({ event: 'folder_back', folder });
      this.#listen();
    }
    for (const change of changes(this.#seen, state)) tell(change);
    this.#seen = state;
    return sameState(this.#settled, state) || (await this.#build(state));
  }

  /** Waits until two looks, with some time between them, have seen the same. */
  async #whole(): Promise<FolderState | null> {
    const { folder, settle } = this.#options;
    let before = await lookInto(folder);
    for (;;) {
      await sleep(settle);
      const now = await lookInto(folder);
      if (sameState(before, now)) return now;
      before = now;
    }
  }

  async #build(state: FolderState): Promise<boolean> {
    const { tell, rebuild } = this.#options;
    const files = state.files.filter(({ name }) => this.#refused.get(name) !== state.identities.get(name));
    if (files.length > 0) tell({ event: 'building', files: files.length });
    const built = await rebuild(files).catch((error: Error) => error);
    if (built instanceof Error) {
      if (files.length === 0) this.#settled = state;
      return await this.#notBuilt(built, state);
    }
    const { version, path, rows_read, rows_kept, warnings } = built;
    tell({ event: 'built', version, path, files: files.length, rows_read, rows_kept });
    this.#warn([...state.passedOver, ...warnings]);
    this.#lastReason = null;
    this.#settled = state;
    return true;
  }

  /** A bad file is put away; one that is gone has the folder looked into again; anything else waits for a change. */
  async #notBuilt(error: Error, state: FolderState): Promise<boolean> {
    if (error instanceof InputError) {
      const file = state.files.find(({ path }) => path === error.path);
      if (file && error.content) {
        await this.#putAway(file, error.message, state);
        return false;
      }
      if (error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ENOENT')
        return false;
    }
    return this.#keep(error);
  }

  /** Tells what a build warns of, unless the build before has warned of it too. */
  #warn(warnings: readonly string[]): void {
    for (const reason of warnings) {
      if (!this.#warned.has(reason)) this.#options.tell({ event: 'warning', reason });
    }
    this.#warned = new Set(warnings);
  }

  /** Tells, once, why the last artifact stays. */
  #keep(error: Error): true {
    const { message } = error;
    const reason = error instanceof DataError ? message : `this should not have happened: ${message}`;
    if (reason !== this.#lastReason) this.#options.tell({ event: 'kept', reason });
    this.#lastReason = reason;
    return true;
  }

  async #putAway(file: InputFile, reason: string, state: FolderState): Promise<void> {
    const { folder, tell } = this.#options;
    const identity = state.identities.get(file.name) ?? '';
    const now = await lookInto(folder);
    // It is another file by now, or was not yet whole.
    if (now?.identities.get(file.name) !== identity) return;
    try {
      const moved_to = await quarantine(folder, file, reason);
      tell({ event: 'quarantined', file: file.name, moved_to, reason });
    } catch (error) {
      const why = messageOf(error);
      tell({ event: 'warning', reason: `${reason}; it is left out, and stays: it cannot be moved (${why})` });
      this.#refused.set(file.name, identity);
    }
  }

  /** Has the file system tell of what happens; again where it told of another folder of this name. */
  #listen(): void {
    void this.#watcher?.close();
    const stir = () => this.#stirred.resolve();
    this.#watcher = watch(this.#options.folder, { ignoreInitial: true, ignorePermissionErrors: true })
      .on('all', stir)
      .on('error', stir);
  }
}

/**
 * Moves a bad file out of the way, to FOLDER/quarantine, with the reason beside it in NAME.reason.txt. Nothing that
 * is there is written over.
 *
 * @returns where it is now
 */
async function quarantine(folder: string, { path, name }: InputFile, reason: string): Promise<string> {
  const target = freeName(join(folder, QUARANTINE, name));
  await mkdir(dirname(target), { recursive: true });
  // The reason first: killed between the two, the next watch finds the file where it was, and the same reason.
  await writeFileAside(`${target}.reason.txt`, `${safe(reason)}\n`);
  await rename(path, target);
  return target;
}

function freeName(path: string): string {
  const { dir, name, ext } = parse(path);
  for (let copy = 1; ; copy++) {
    const candidate = copy === 1 ? path : join(dir, `${name}-${copy}${ext}`);
    if (!existsSync(candidate)) return candidate;
  }
}
