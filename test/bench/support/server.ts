import { spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resources } from './resources.ts';

/** A server under load. What it writes to standard output goes to /dev/null: written, and never read. */
export interface Server {
  name: string;
  /** Where requests go. */
  url: string;
  pid: number;
  /** User and system time of its processes so far, in seconds; null where the system does not tell. */
  cpuSeconds(): number | null;
}

export interface Command {
  name: string;
  file: string;
  args: readonly string[];
  env?: Record<string, string>;
  url: string;
  /** Whether it answers; throws or says false as long as it does not. */
  ready: () => Promise<boolean>;
}

const LONGEST_START_MS = 30_000;

/** Starts a server in a process group of its own and waits until it is ready; the group is killed with `resources`. */
export async function startServer(resources: Resources, command: Command): Promise<Server> {
  const { name, file, args, env, url, ready } = command;
  const log = join(resources.folder(), 'stderr');
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'ignore', openSync(log, 'w')],
    env: { ...process.env, ...env },
  });
  let ended: string | null = null;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `ended with ${signal ?? code}`;
  });
  const { pid } = child;
  if (pid !== undefined) resources.defer(() => killGroup(pid));

  const deadline = Date.now() + LONGEST_START_MS;
  while (ended === null && Date.now() < deadline) {
    if (await ready().catch(() => false))
      return { name, url, pid: pid ?? -1, cpuSeconds: () => groupCpuSeconds(pid ?? -1) };
    await sleep(50);
  }
  const reason = ended ?? `no answer within ${LONGEST_START_MS / 1000} s`;
  throw new Error(`${name} did not start: ${reason}\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

/** @returns a port of 127.0.0.1 that was free a moment ago */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Fields of /proc/PID/stat after the parenthesised name, counted from 0: see proc(5). */
const GROUP = 2;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
/** USER_HZ, which Linux has fixed for every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

function groupCpuSeconds(group: number): number | null {
  if (process.platform !== 'linux') return null;
  let ticks = 0;
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const fields = statFields(entry);
    if (Number(fields[GROUP]) === group) ticks += Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  }
  return ticks / TICKS_PER_SECOND;
}

function statFields(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    // It ended while the folder was read.
    return [];
  }
}
