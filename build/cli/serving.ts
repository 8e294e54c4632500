import { createServer } from 'node:net';
import { DataError } from '../../src/core/errors.ts';
import { UsageError } from './options.ts';

/** Where a server listens; what is undefined is left to the server's own default. */
export interface Serving {
  host: string | undefined;
  port: number | undefined;
}

/** What was set, and where, for messages: `PORT`, `--port`. */
interface Setting {
  name: string;
  text: string;
}

/**
 * Reads where a server is to listen. Options come before the environment.
 *
 * @param words what is left of the command line: the value of an option that npm kept for itself
 * @param env PORT and HOST, and `npm_config_port`, which npm sets for a `--port` that it kept
 * @throws UsageError for a port that is not a whole number from 0 to 65535, and for an option that npm kept
 */
export function readServing(
  { host, port }: { host: string | undefined; port: string | undefined },
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Serving {
  for (const name of ['port', 'host'] as const) {
    if (env[`npm_config_${name}`] !== undefined) throw new UsageError(keptByNpm(name, words));
  }
  const [word] = words;
  if (word !== undefined) throw new UsageError(`expected options only, got ${JSON.stringify(word)}`);
  const number = setting('--port', port) ?? setting('PORT', env.PORT);
  return {
    host: setting('--host', host)?.text ?? setting('HOST', env.HOST)?.text,
    port: number && portOf(number),
  };
}

function setting(name: string, text: string | undefined): Setting | undefined {
  return text === undefined || text.trim() === '' ? undefined : { name, text: text.trim() };
}

function portOf({ name, text }: Setting): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(
    `${name}: expected a port from 0 to 65535 (0 takes any free one), got ${JSON.stringify(text)}`,
  );
}

function keptByNpm(name: 'port' | 'host', [word]: readonly string[]): string {
  const value = word ?? (name === 'port' ? '23000' : '127.0.0.1');
  return `npm keeps --${name} for itself: write ${name.toUpperCase()}=${value} npm start, or npm start -- --${name} ${value}`;
}

/**
 * Finds out whether a server could listen there, so that the answer is a sentence and not the server's stack trace.
 *
 * @throws DataError for a port that is taken or not allowed, and a host that is not of this machine
 */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen({ host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new DataError(PROBLEMS[code]?.(host, port) ?? `${host}:${port}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  await new Promise((resolve) => probe.close(resolve));
}

const PROBLEMS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (_, port) =>
    `port ${port} is in use: stop what uses it, or choose another, as in PORT=${port === 65_535 ? 8787 : port + 1}`,
  EACCES: (_, port) => `port ${port} needs more rights: choose one from 1024 up, as in PORT=8787`,
  EADDRNOTAVAIL: (host) => `HOST: ${host} is not an address of this machine`,
  ENOTFOUND: (host) => `HOST: ${host} is not an address of this machine`,
  EAI_AGAIN: (host) => `HOST: ${host} is not an address of this machine`,
};
