import { readFileSync } from 'node:fs';
import { type Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFileSync } from '../support/children.ts';
import { ROOT } from './attack.ts';
import { ADMIN, JSON_TYPE, type Running } from './running.ts';

export const CUSTOMER = JSON.stringify({
  customer_id: 1,
  country_code: 'Peru',
  total_orders: 5,
  segment_name: 'frequency_segment',
});

export async function until(condition: () => Promise<boolean>, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if (await condition().catch(() => false)) return true;
    await sleep(50);
  }
  return false;
}

/** A history of one file, each of a time of its own, so that files have no rows in common. */
export function history(file: number): string {
  const rows = Array.from({ length: 300 }, (_, row) => {
    const day = String(1 + (row % 27)).padStart(2, '0');
    const country = ['Peru', 'Latvia', 'China'][row % 3];
    const minute = String((file + row) % 60).padStart(2, '0');
    return `2018-07-${day} ${String(file % 24).padStart(2, '0')}:${minute}:00,${country},2018-05-${day},2017-03-${day} 00:00:00,${row % 50},${20 + ((row + file) % 3)}`;
  });
  return `timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n${rows.join('\n')}\n`;
}

/** @returns what a clean build of the files is */
export function builtVersion(folder: string, files: readonly string[]): string {
  const out = join(folder, 'built');
  const inputs = files.flatMap((file) => ['--input', file]);
  const line = ['build/commands/build-artifact.ts', ...inputs, '--out', out];
  execFileSync(process.execPath, line, { cwd: ROOT, stdio: 'pipe' });
  return JSON.parse(readFileSync(join(out, 'current.json'), 'utf8')).version;
}

/** Starts a run past the guards, and waits for its end. @returns what is wrong; "" for nothing */
export async function forceRun({ origin }: Running): Promise<string> {
  // What the guards set aside joins when it is accepted by name.
  const listed = await (await fetch(`${origin}/uploads`, { headers: ADMIN })).json();
  for (const { name } of (listed as { uploads: { name: string }[] }).uploads) {
    const accepted = JSON.stringify({ action: 'accept' });
    await fetch(`${origin}/uploads/${name}`, { method: 'POST', headers: ADMIN, body: accepted });
  }
  const started = await fetch(`${origin}/runs?force=true`, { method: 'POST', headers: ADMIN });
  const { id } = (await started.json()) as { id?: string };
  if (id === undefined) return `POST /runs ${started.status}`;
  let state = '';
  const isOver = async () => {
    const answer = await fetch(`${origin}/runs/${id}`, { headers: ADMIN });
    ({ state } = (await answer.json()) as { state: string });
    return answer.status === 200 && !['waiting', 'running'].includes(state);
  };
  if (!(await until(isOver, 60_000))) return `the run ${id} does not end: it is ${state}`;
  return ['published', 'unchanged'].includes(state) ? '' : `the run ${id} is ${state}`;
}

/** Sends one request over a connection that is kept. @returns its status, or how the connection ended */
export async function post(origin: string, agent: Agent): Promise<number | string> {
  return (await ask(`${origin}/voucher`, agent)).status;
}

/** The same. @returns also the version that answered */
export function ask(url: string, agent: Agent): Promise<{ status: number | string; version?: string }> {
  return new Promise((resolve) => {
    const headers = { ...JSON_TYPE, 'content-length': CUSTOMER.length };
    const failed = (error: NodeJS.ErrnoException) => resolve({ status: error.code ?? error.message });
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const version = response.headers['x-artifact-version'];
      response.resume();
      response
        .on('end', () =>
          resolve({ status: response.statusCode ?? 0, ...(typeof version === 'string' && { version }) }),
        )
        .on('error', failed);
    });
    sent.on('error', failed).end(CUSTOMER);
  });
}
