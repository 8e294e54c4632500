import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resources } from './resources.ts';
import { which } from './which.ts';

/** GNU time: it reads what the kernel counted for the child, of whatever language. */
const TIME = '/usr/bin/time';

/** @returns what is missing to measure a whole process, or null */
export function missingForMeasuring(): string | null {
  return which(TIME) === null ? `${TIME} is not installed (Debian: apt-get install time)` : null;
}

/** A process from its start to its end. */
export interface Measured {
  seconds: number;
  /** Peak resident memory in MB (10^6 bytes) of the largest process, threads included. */
  peakMegabytes: number;
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end; a code other than 0 is the caller's to judge. */
export async function measure(
  resources: Resources,
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Measured> {
  const report = join(resources.folder(), 'time');
  const started = performance.now();
  const child = spawn(TIME, ['--quiet', '-f', '%M', '-o', report, file, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const stopIfLeft = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  resources.defer(stopIfLeft);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', (status) => resolve(status ?? -1));
  });
  const seconds = (performance.now() - started) / 1000;
  const kibibytes = Number(readFileSync(report, 'utf8').trim().split('\n').at(-1));
  return { seconds, peakMegabytes: (kibibytes * 1024) / 1e6, code, ...output };
}

/** As {@link measure}, for a program that has to succeed. */
export async function measureDone(...args: Parameters<typeof measure>): Promise<Measured> {
  const measured = await measure(...args);
  if (measured.code === 0) return measured;
  const [, file, parameters] = args;
  throw new Error(
    `${file} ${parameters.join(' ')} ended with ${measured.code}:\n${measured.stderr.slice(-2000)}`,
  );
}
