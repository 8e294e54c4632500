import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFileSync } from './children.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Deno writes to no folder below /dev, where memory is. */
const FOLDER = tmpdir().startsWith('/dev/') ? '/tmp' : tmpdir();

export interface Clone {
  path: string;
  remove: () => void;
}

/** Copies what git would track to a folder of its own, with the installed packages: a fresh clone after `npm ci`. */
export function freshClone(): Clone {
  const path = mkdtempSync(join(FOLDER, 'voucher-edge-clone-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  for (const file of new Set(listed.split('\0'))) {
    if (file === '') continue;
    mkdirSync(dirname(join(path, file)), { recursive: true });
    // A file that was deleted and not committed yet is listed as well.
    if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(path, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Running {
  origin: string;
  output: () => string;
  stop: () => Promise<void>;
  /** Ends it as a process manager does, which signals its process alone. @returns its exit code */
  terminate: () => Promise<number | null>;
  /** Ends it and what it has started without a word to them. */
  kill: () => Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A command that takes longer has come to a standstill; what waits for it outside of a test has no limit of its own. */
const LIMIT_MS = 100_000;

/** Starts a server by a command line and waits until it says where it listens. */
export async function startServer(
  [file = '', ...args]: readonly string[],
  cwd: string,
  env: Environment = {},
): Promise<Running> {
  const child = run(file, args, cwd, env);
  let output = '';
  const listens = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const found = /(?:Ready|Listening) on (http:\/\/[\w.:[\]-]+?)\/?\s/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new Error(`${file} ${args.join(' ')} ended with ${code}: ${output}`)),
    );
  });
  const origin = await limited(child, listens);
  return {
    origin,
    output: () => output,
    stop: () => stop(child, 'SIGTERM'),
    terminate: () => terminate(child),
    kill: () => stop(child, 'SIGKILL'),
  };
}

/** Runs a command line to its end. @returns its exit code and all that it wrote */
export async function runToEnd(
  [file = '', ...args]: readonly string[],
  cwd: string,
  env: Environment = {},
): Promise<{ code: number | null; output: string }> {
  const child = run(file, args, cwd, env);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await limited(child, once(child, 'close'));
  return { code, output };
}

/** The process leads a group, so that what it starts ends with it. */
function run(file: string, args: readonly string[], cwd: string, env: Environment): ChildProcess {
  // What the test's own npm and vitest set would reach the command. What is compiled already changes nothing but its start.
  const own = Object.entries(process.env).filter(
    ([name]) => name === 'NODE_COMPILE_CACHE' || !/^(?:npm_|VITEST|NODE_)/.test(name),
  );
  return spawn(file, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(own), NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', ...env },
  });
}

async function stop(child: ChildProcess, signal: Signal): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  end(child, signal);
  await limited(child, closed);
}

async function terminate(child: ChildProcess): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await limited(child, exit);
  return code;
}

/** Waits for something of a child, and kills a child that takes too long. */
async function limited<T>(child: ChildProcess, wait: Promise<T>): Promise<T> {
  const limit = setTimeout(() => end(child, 'SIGKILL'), LIMIT_MS);
  return await wait.finally(() => clearTimeout(limit));
}

type Signal = 'SIGTERM' | 'SIGKILL';

function end({ pid }: ChildProcess, signal: Signal): void {
  if (pid !== undefined) process.kill(-pid, signal);
}
