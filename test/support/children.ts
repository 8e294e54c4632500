import * as children from 'node:child_process';

/** No limit of Vitest covers a synchronous child: its test waits for it with the whole process. */
const TIMEOUT_MS = 100_000;

export interface Options {
  cwd?: string | URL;
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** Of the account that it runs as. */
  uid?: number;
  gid?: number;
  /** Pipes if it is not said. */
  stdio?: children.StdioOptions;
  /** In milliseconds. */
  timeout?: number;
}

/** Runs a program to its end, as Node's own does, but kills one that takes too long: `error` says so. */
export function spawnSync(file: string, args: readonly string[] = [], options: Options = {}) {
  return children.spawnSync(file, args, limited(options));
}

/**
 * Runs a program to its end, as Node's own does, but kills one that takes too long.
 *
 * @returns what it wrote to its standard output
 * @throws where it failed, took too long, or could not be started
 */
export function execFileSync(file: string, args: readonly string[], options: Options = {}): string {
  return children.execFileSync(file, args, limited(options));
}

const limited = (options: Options) =>
  ({ timeout: TIMEOUT_MS, maxBuffer: 1 << 28, ...options, encoding: 'utf8', killSignal: 'SIGKILL' }) as const;
