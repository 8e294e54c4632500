import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from '../support/children.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What an attack came to: how often something was tried, and each time that something fell, in words. */
export interface Outcome {
  tried: number;
  fell: string[];
  /** What was measured, in words. */
  note?: string;
  /** Why it could not be tried. */
  skipped?: string;
}

export interface Attack {
  name: string;
  about: string;
  /** @param rounds how often; an attack of another kind takes it for how much */
  run(rounds: number): Promise<Outcome>;
}

/** A command that writes files, in a folder that has its inputs. */
export interface Writer {
  name: string;
  /** Makes the inputs, and what the command finds there from the time before. */
  prepare(folder: string): void;
  line(folder: string): readonly string[];
  cwd?: (folder: string) => string;
  /** The files and folders below it whose bytes a run decides. */
  outputs: readonly string[];
  /** A command that reads what was written, and says whether it can. */
  reader?: (folder: string) => readonly string[];
  /** Milliseconds after which a command that never ends by itself is told to. */
  ends?: number;
}

export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  err: string;
  milliseconds: number;
}

export interface RunOptions {
  cwd?: string;
  /** Ends the process group with SIGKILL so many milliseconds after its start. */
  killAfter?: number;
  /** Ends the process with SIGTERM so many milliseconds after its start. */
  endAfter?: number;
  env?: Readonly<Record<string, string>>;
}

/** Runs a command line to its end, in a process group of its own. */
export function run([file = '', ...args]: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd = ROOT, killAfter, endAfter, env } = options;
  const started = performance.now();
  const child = spawn(file, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const end = (signal: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid ?? 0), signal);
    } catch {
      // It has ended by itself.
    }
  };
  if (killAfter !== undefined) setTimeout(end, killAfter, 'SIGKILL');
  if (endAfter !== undefined) setTimeout(end, endAfter, 'SIGTERM');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, err, milliseconds: performance.now() - started }),
    );
  });
}

/** @returns the content of each file below a folder, temporary ones apart, by its path */
export function snapshot(folder: string, outputs: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const output of outputs) {
    const path = join(folder, output);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) continue;
    if (status.isFile()) found.set(output, readFileSync(path, 'latin1'));
    else {
      for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
        const file = join(path, name);
        if (!/\.tmp(?:\/|$)/.test(name) && statSync(file).isFile())
          found.set(`${output}/${name}`, readFileSync(file, 'latin1'));
      }
    }
  }
  return found;
}

/** @returns what differs between two snapshots, in words; "" for nothing */
export function difference(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string {
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((name) => one.get(name) !== other.get(name))
    .map(
      (name) => `${name} (${one.get(name)?.length ?? 'none'} and ${other.get(name)?.length ?? 'none'} bytes)`,
    )
    .join(', ');
}

/** @returns the files of a snapshot that are neither as before nor as after: torn ones */
export function torn(
  now: ReadonlyMap<string, string>,
  ...known: readonly ReadonlyMap<string, string>[]
): string[] {
  return [...now]
    .filter(([name, text]) => known.every((one) => one.get(name) !== text))
    .map(([name]) => name);
}

/** Gives a new folder to what uses it, and removes it. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-edge-attack-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface Clean {
  /** A folder as the writer wants it, to be copied. */
  start: string;
  /** What is there before a run, and after a clean one. */
  before: Map<string, string>;
  after: Map<string, string>;
  /** What that one took. */
  milliseconds: number;
}

const cleanRuns = new Map<Writer, Promise<Clean>>();
const cleanFolders: string[] = [];

/** A clean run of a writer, done once for all attacks on it. {@link removeCleanRuns} removes what it leaves. */
export function cleanRun(writer: Writer): Promise<Clean> {
  const done = cleanRuns.get(writer) ?? runClean(writer);
  cleanRuns.set(writer, done);
  return done;
}

async function runClean(writer: Writer): Promise<Clean> {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-edge-attack-'));
  cleanFolders.push(folder);
  const [start, done] = [join(folder, 'start'), join(folder, 'done')];
  cpSync(join(ROOT, 'build/sample/history.csv'), join(start, 'history.csv'));
  writer.prepare(start);
  copy(start, done);
  const { code, err, milliseconds } = await runWriter(writer, done);
  if (!hasDone(writer, code)) throw new Error(`${writer.name} ended with ${code}: ${err}`);
  return {
    start,
    before: snapshot(start, writer.outputs),
    after: snapshot(done, writer.outputs),
    milliseconds,
  };
}

export function removeCleanRuns(): void {
  cleanRuns.clear();
  for (const folder of cleanFolders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** @returns whether a run ended as it ends when all is well */
export function hasDone({ ends }: Writer, code: number | null): boolean {
  return code === 0 || (ends !== undefined && code === 128 + 15);
}

export function runWriter(writer: Writer, folder: string, options: RunOptions = {}): Promise<Ran> {
  return run(writer.line(folder), {
    cwd: writer.cwd?.(folder) ?? ROOT,
    ...(writer.ends !== undefined && { endAfter: writer.ends }),
    ...options,
  });
}

/** Copies with the times of files: a cache goes by them. */
export function copy(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  const { status, stderr } = spawnSync('cp', ['-a', from, to]);
  if (status !== 0) throw new Error(stderr);
}
