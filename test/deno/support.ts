import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DENO = fileURLToPath(new URL('../../node_modules/.bin/deno', import.meta.url));

export interface DenoServer {
  origin: string;
  /** What it has written so far. */
  output: () => { out: string; err: string };
  /** Ends it as a process manager does, and waits until it is gone. */
  stop: () => Promise<number | null>;
}

export interface DenoOptions {
  /** What it may do, such as `--allow-env`; nothing if it is not said. */
  permissions?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A descriptor that its standard output goes to; as it is not said, what is written is kept. */
  stdout?: number;
}

/** Starts `deno serve` on a free port of the loopback, as `npm run start:deno` does. */
export async function serveWithDeno(
  entry: string,
  { permissions = [], env = {}, stdout }: DenoOptions = {},
): Promise<DenoServer> {
  const args = ['serve', '--no-prompt', ...permissions, '--host', '127.0.0.1', '--port', '0', entry];
  const child = spawn(DENO, args, {
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
  const origin = await new Promise<string>((resolve, reject) => {
    stderr.on('data', () => {
      const listening = /Listening on (http:\S+?)\/?\s/.exec(err);
      if (listening?.[1]) resolve(listening[1]);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`deno ended with ${code}: ${err}`)));
  });
  return { origin, output: () => ({ out, err }), stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const [code] = await closed;
  return code;
}
