import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { type Command, run } from '../cli/command.ts';
import { UsageError } from '../cli/options.ts';
import { readServing, requireFreePort, type Serving } from '../cli/serving.ts';
import { program, ROOT } from '../files/checkout.ts';

const DEFAULT_PORT = 8787;
/** Where a server of one's own keeps its data. */
const KEPT = '.data';

const options = {
  port: {
    value: 'PORT',
    description: `Where to listen; 0 takes any free port (default: PORT, or ${DEFAULT_PORT})`,
  },
  host: { value: 'HOST', description: 'The address to listen on (default: HOST, or only this machine)' },
  data: {
    value: 'FOLDER',
    description: 'Where Deno keeps versions, uploads and runs (default: DATA; without it nothing is kept)',
  },
  keep: { description: `Keep them in ${KEPT} unless --data or DATA says where` },
  runtime: { value: 'NAME', default: 'workerd', description: 'workerd, as on Cloudflare, or deno' },
} as const;

/** How each runtime serves the project. */
const RUNTIMES = {
  workerd: {
    defaultHost: 'localhost',
    line: ({ host, port }: Serving) => [
      process.execPath,
      program('wrangler', 'bin/wrangler.js'),
      'dev',
      ...flag('--ip', host),
      ...flag('--port', port),
    ],
  },
  deno: {
    defaultHost: '127.0.0.1',
    line: (_: Serving, data: string | undefined) => [
      denoProgram(),
      'run',
      '--no-prompt',
      '--allow-env',
      '--allow-read',
      '--allow-net',
      ...(data === undefined ? [] : [`--allow-write=${data}`]),
      'src/deno.ts',
    ],
  },
} as const;

export const dev: Command<typeof options> = {
  name: 'npm run dev --',
  summary:
    'Serves the project on this machine. PORT and HOST of the environment say where; without them it is http://localhost:8787.',
  options,
  // None is taken; which one it was decides the message.
  operands: { usage: '', least: 0, most: Number.POSITIVE_INFINITY },
  examples: [
    { args: '', does: 'serve at http://localhost:8787' },
    { args: '--port 3000', does: 'serve at http://localhost:3000' },
    { args: '--runtime deno', does: 'serve with Deno instead of workerd, as npm run start:deno does' },
    { args: '--runtime deno --keep', does: 'keep versions, uploads and runs, as npm run serve does' },
  ],
  async run(values, _, words) {
    const runtime = runtimeOf(values.runtime);
    const serving = readServing(values, words, process.env);
    await requireFreePort(serving.host ?? runtime.defaultHost, serving.port ?? DEFAULT_PORT);
    if ((values.data !== undefined || values.keep) && runtime !== RUNTIMES.deno) {
      throw new UsageError(
        'expected --runtime deno with --data and --keep: workerd keeps its data in .wrangler/',
      );
    }
    const data = values.data ?? (process.env.DATA?.trim() || (values.keep ? KEPT : undefined));
    // wrangler does so by itself ([build] in wrangler.toml).
    if (runtime === RUNTIMES.deno) await (await import('./build-console.ts')).buildServed();
    return await runToEnd(runtime.line(serving, data), settings(serving, data));
  },
};

function runtimeOf(name: string) {
  if (name === 'workerd' || name === 'deno') return RUNTIMES[name];
  throw new UsageError(`expected workerd or deno for --runtime, got ${JSON.stringify(name)}`);
}

function flag(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}

/** @returns the path of Deno. The script that its package has does not pass on the signal that ends it. */
function denoProgram(): string {
  const { runInstall } = createRequire(import.meta.url)('deno/install_api.cjs') as {
    runInstall: () => string;
  };
  return runInstall();
}

/** What Deno reads from its environment; wrangler passes it by. */
function settings({ host, port }: Serving, data: string | undefined): Record<string, string> {
  return {
    ...(host !== undefined && { HOST: host }),
    ...(port !== undefined && { PORT: String(port) }),
    ...(data !== undefined && { DATA: data }),
  };
}

/** Runs a server with this terminal until it ends. @returns its exit code; 128 and the number of a signal that ended it */
async function runToEnd(
  [file = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(file, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  // A terminal signals both. A process manager signals this process alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

if (import.meta.main) await run(dev);
