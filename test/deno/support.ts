import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DENO = fileURLToPath(new URL('../../node_modules/.bin/deno', import.meta.url));

export interface DenoServer {
  origin: string;
  /** What it has written so far. */
  output: () => { out: string; err: string };
  pid: number;
  /** Ends it as a process manager does, and waits until it is gone. @returns its exit code */
  stop: () => Promise<number | null>;
  /** Ends it without a word to it, and waits until it is gone. */
  kill: () => Promise<number | null>;
}

export interface DenoOptions {
  /** What it may do, such as `--allow-env`; nothing if it is not said. */
  permissions?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A descriptor that its standard output goes to; as it is not said, what is written is kept. */
  stdout?: number;
  /** How many files it may have open. */
  limit?: number;
}

/** Serves an entry that exports `fetch` with `deno serve`, on a free port of the loopback. */
export function serveWithDeno(entry: string, options: DenoOptions = {}): Promise<DenoServer> {
  const { permissions = [] } = options;
  return start(
    [DENO, 'serve', '--no-prompt', ...permissions, '--host', '127.0.0.1', '--port', '0', entry],
    options,
  );
}

/** Starts the service as `npm run serve` does, on a free port of the loopback. */
export function startService(options: DenoOptions = {}): Promise<DenoServer> {
  const { permissions = [], env = {}, limit } = options;
  const settings = ['PORT', 'HOST', ...Object.keys(env)].join(',');
  const args = [
    'run',
    '--no-prompt',
    '--allow-net',
    ...(permissions.includes('--allow-env') ? [] : [`--allow-env=${settings}`]),
    '--allow-read',
    ...permissions,
  ];
  const line = [DENO, ...args, 'src/deno.ts'];
  return start(limit === undefined ? line : ['sh', '-c', `ulimit -n ${limit}; exec "$0" "$@"`, ...line], {
    ...options,
    env: { PORT: '0', ...env },
  });
}

async function start(
  [file = '', ...args]: readonly string[],
  { env, stdout }: DenoOptions,
): Promise<DenoServer> {
  const child = spawn(file, args, {
    cwd: ROOT,
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  const stderr = child.stderr as Readable;
  stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const closed = once(child, 'close');
  // What waits for it outside of a test has no limit of its own.
  const limit = setTimeout(() => child.kill('SIGKILL'), 100_000);
  const origin = await new Promise<string>((resolve, reject) => {
    stderr.on('data', () => {
      const listening = /Listening on (http:\S+?)\/?\s/.exec(err);
      if (listening?.[1]) resolve(listening[1]);
    });
    child.on('error', reject);
    child.on('close', (code) => reject(new Ended(code, err)));
  }).finally(() => clearTimeout(limit));
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const [code] = await closed;
    return code;
  }
  return {
    origin,
    pid: child.pid ?? 0,
    output: () => ({ out, err }),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** A server that ended before it listened. */
export class Ended extends Error {
  readonly code: number | null;
  readonly err: string;

  constructor(code: number | null, err: string) {
    super(`it ended with ${code}: ${err}`);
    this.code = code;
    this.err = err;
  }
}
