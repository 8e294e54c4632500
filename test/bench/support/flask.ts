import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { inProject } from './project.ts';
import type { Resources } from './resources.ts';
import { freePort, type Server, startServer } from './server.ts';
import { which } from './which.ts';

const run = promisify(execFile);

/** Debian's own: another python3 on the PATH would not see the packages of apt. */
export const PYTHON = '/usr/bin/python3';
const GUNICORN = '/usr/bin/gunicorn';
const PEERS = inProject('test/bench/peers');

/** How gunicorn's two workers take requests: the default, and with threads, which keeps connections alive. */
export const WORKER_KINDS = {
  sync: ['--worker-class', 'sync'],
  gthread: ['--worker-class', 'gthread', '--threads', '4', '--keep-alive', '30'],
} as const;
export type WorkerKind = keyof typeof WORKER_KINDS;

/** @returns what the first system's stack lacks on this machine, with the way to get it; null when all is there */
export async function missingForFlask(): Promise<string | null> {
  const install = '(Debian: apt-get install python3-flask python3-redis gunicorn redis-server)';
  const program = [PYTHON, GUNICORN, 'redis-server'].find((name) => which(name) === null);
  if (program) return `${program} is not installed ${install}`;
  try {
    await run(PYTHON, ['-c', 'import flask, redis']);
    return null;
  } catch {
    return `${PYTHON} does not find flask and redis ${install}`;
  }
}

/** Starts a Redis that keeps nothing on disk and fills it with the segment means of the artifact. @returns its URL */
export async function startRedis(resources: Resources): Promise<string> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}/0`;
  const options = { bind: '127.0.0.1', port, save: '', appendonly: 'no', dir: resources.folder() };
  await startServer(resources, {
    name: 'redis',
    file: 'redis-server',
    args: Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]),
    url,
    ready: () => accepts(port),
  });
  await run(PYTHON, [`${PEERS}/flask_app.py`, inProject('artifacts/current.statistics.json')], {
    env: { ...process.env, REDIS_URL: url },
  });
  return url;
}

export async function startFlask(resources: Resources, redisUrl: string, kind: WorkerKind): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/voucher`;
  const options = ['--workers', '2', '--bind', `127.0.0.1:${port}`, '--worker-tmp-dir', '/dev/shm'];
  return startServer(resources, {
    name: `flask (${kind})`,
    file: GUNICORN,
    args: [...options, ...WORKER_KINDS[kind], '--chdir', PEERS, 'flask_app:app'],
    env: { REDIS_URL: redisUrl, PYTHONDONTWRITEBYTECODE: '1' },
    url,
    ready: async () => (await fetch(url)).status === 405,
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.end());
  });
}
