import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { type DenoServer, startService } from '../deno/support.ts';
import { type Attack, inFolder, type Outcome, ROOT } from './attack.ts';

const TOKEN = 'an-admin-token';
export const CUSTOMER = JSON.stringify({
  customer_id: 1,
  country_code: 'Peru',
  total_orders: 5,
  segment_name: 'frequency_segment',
});
export const JSON_TYPE = { 'content-type': 'application/json' };
export const ADMIN = { authorization: `Bearer ${TOKEN}`, ...JSON_TYPE };

export function serve(
  data: string,
  limit?: number,
  env: Readonly<Record<string, string>> = {},
): Promise<DenoServer> {
  return startService({
    permissions: [`--allow-write=${data}`],
    env: { DATA: data, ADMIN_TOKEN: TOKEN, ...env },
    ...(limit !== undefined && { limit }),
  });
}

export async function until(condition: () => Promise<boolean>, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if (await condition().catch(() => false)) return true;
    await sleep(50);
  }
  return false;
}

const residentBytes = ({ pid }: DenoServer) =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** Looks how much memory a server takes, until it is stopped. */
export function watchMemory(server: DenoServer) {
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, residentBytes(server));
  }, 50);
  return {
    /** @returns what fell, if it took more than some megabytes */
    beyond: (megabytes: number) => (most > megabytes * 2 ** 20 ? [`it took ${most >> 20} MB`] : []),
    stop: () => clearInterval(watch),
  };
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
export async function forceRun({ origin }: DenoServer): Promise<string> {
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

/** Uploads, moves and kills; at last all uploads that were taken are what is live, to the byte. */
async function killServer(folder: string, rounds: number): Promise<Outcome> {
  const data = join(folder, 'data');
  const fell: string[] = [];
  const taken = new Map<string, string>();
  for (let round = 0; round < rounds; round++) {
    const server = await serve(data).catch((error: Error) => fell.push(`no start: ${error.message}`));
    if (typeof server === 'number') break;
    const send = (method: string, path: string, body?: string) =>
      fetch(server.origin + path, { method, headers: ADMIN, ...(body !== undefined && { body }) });
    const killed = sleep(Math.random() * 1_500).then(() => server.kill());
    try {
      // Names come again, so that files are replaced as well.
      const name = `f${round % 12}.csv`;
      const text = history(round);
      const answer = await send('PUT', `/uploads/${name}`, text);
      taken.set(name, '');
      if (answer.status === 202) taken.set(name, text);
      else fell.push(`PUT ${answer.status}: ${await answer.text()}`);
      for (let count = 0; count < 200; count++) {
        const asked = await send('POST', '/voucher', CUSTOMER);
        if (asked.status !== 200) fell.push(`POST /voucher ${asked.status}`);
        await asked.text();
      }
    } catch {
      // It is gone.
    }
    await killed;
  }
  const server = await serve(data);
  try {
    const get = async (path: string) =>
      (await fetch(server.origin + path, { headers: ADMIN })).json() as Promise<Record<string, never>>;
    const { uploads } = (await get('/uploads')) as unknown as { uploads: { name: string }[] };
    const stored = new Set(uploads.map(({ name }) => name));
    for (const [name, text] of taken) {
      if (text !== '' && !stored.has(name)) fell.push(`${name} was taken and is gone`);
    }
    // A file that the first run looks at and sets aside is accepted for the second.
    await forceRun(server);
    const trouble = await forceRun(server);
    if (trouble !== '') fell.push(trouble);
    const live = (await get('/versions')) as unknown as { live: { version: string } | null };
    const files = execFileSync('find', [join(data, 'bucket/uploads'), '-type', 'f'], { encoding: 'utf8' });
    const version = builtVersion(folder, files.trim().split('\n').sort());
    if (live.live?.version !== version) {
      const { runs } = (await get('/runs')) as unknown as { runs: { id: string; state: string }[] };
      const states = JSON.stringify(runs.slice(0, 4));
      fell.push(`live is ${live.live?.version}, a clean build of ${files} is ${version}: ${states}`);
    }
  } finally {
    await server.kill();
  }
  return { tried: rounds, fell };
}

/** Sends one request over a connection that is kept. */
function post(origin: string, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { ...JSON_TYPE, 'content-length': CUSTOMER.length };
    const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message);
    const sent = request(`${origin}/voucher`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0)).on('error', failed);
    });
    sent.on('error', failed).end(CUSTOMER);
  });
}

/** Each server gets a share of the requests, and is told to end in the middle of them. */
async function endUnderLoad(folder: string, requests: number): Promise<Outcome> {
  const fell: string[] = [];
  let answered = 0;
  while (answered < requests) {
    const server = await serve(join(folder, 'data'));
    const end = answered + Math.min(10_000, requests);
    let isOver = false;
    const client = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      while (!isOver) {
        const outcome = await post(server.origin, agent);
        if (outcome === 200) answered++;
        else {
          isOver = true;
          if (outcome !== 'ECONNREFUSED') fell.push(`a request ended with ${outcome}`);
        }
      }
      agent.destroy();
    };
    const clients = Array.from({ length: 16 }, client);
    await until(async () => answered >= end, 120_000);
    const code = await server.stop();
    await Promise.all(clients);
    if (code !== 143) fell.push(`it ended with ${code}`);
  }
  return { tried: answered, fell };
}

/** Connections that send nothing, or a header now and then, while others ask. */
async function holdConnections(folder: string, connections: number): Promise<Outcome> {
  const fell: string[] = [];
  const server = await serve(join(folder, 'data'), 4096);
  const sockets: Socket[] = [];
  try {
    const before = residentBytes(server);
    const { port, hostname } = new URL(server.origin);
    for (let count = 0; count < connections; count++) {
      const socket = connect(Number(port), hostname).on('error', () => {});
      if (count % 2 === 0) socket.write('POST /voucher HTTP/1.1\r\nhost: x\r\n');
      sockets.push(socket);
    }
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let second = 0; second < 5; second++) {
      for (const socket of sockets) if (Math.random() < 0.5) socket.write(`x-${second}: 1\r\n`);
      for (let count = 0; count < 50; count++) {
        const outcome = await post(server.origin, count % 10 === 0 ? new Agent() : agent);
        if (outcome !== 200) fell.push(`a request among them ended with ${outcome}`);
      }
      await sleep(500);
    }
    agent.destroy();
    const grown = residentBytes(server) - before;
    if (grown > connections * 64 * 1024 + (64 << 20)) fell.push(`it grew by ${grown >> 20} MB`);
  } finally {
    for (const socket of sockets) socket.destroy();
    if ((await server.stop()) !== 143) fell.push('it did not end as it was told');
  }
  return { tried: connections, fell };
}

/** Sends gigabytes of zeros, compressed. @returns the status, or how the connection ended */
function sendZeros(
  url: string,
  method: string,
  headers: Record<string, string>,
  gigabytes: number,
): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(url, { method, agent: false, headers: { ...headers, 'content-encoding': 'gzip' } });
    const gzip = createGzip();
    const over = (outcome: string) => {
      gzip.destroy();
      sent.destroy();
      resolve(outcome);
    };
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text = (text + piece).slice(0, 500);
      });
      response.on('end', () => over(`${response.statusCode} ${text}`));
      response.on('error', (error) => over(error.message));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => over(error.code ?? error.message));
    gzip.on('error', () => {});
    gzip.pipe(sent);
    void (async () => {
      const zeros = Buffer.alloc(1 << 20);
      for (let mebibytes = 0; mebibytes < gigabytes * 1024 && !gzip.destroyed; mebibytes++) {
        if (!gzip.write(zeros))
          await Promise.race([new Promise((drained) => gzip.once('drain', drained)), sleep(5_000)]);
      }
      if (!gzip.destroyed) gzip.end();
    })();
  });
}

async function bombs(folder: string, gigabytes: number): Promise<Outcome> {
  const fell: string[] = [];
  const server = await serve(join(folder, 'data'));
  const memory = watchMemory(server);
  const targets: [string, string, Record<string, string>, RegExp][] = [
    ['POST', '/voucher', JSON_TYPE, /^413|EPIPE|ECONNRESET/],
    ['POST', '/vouchers', JSON_TYPE, /^413|EPIPE|ECONNRESET/],
    ['POST', '/vouchers', { 'content-type': 'application/x-ndjson' }, /^200.*line_too_long/],
  ];
  try {
    for (const [method, path, headers, expected] of targets) {
      const outcome = await sendZeros(server.origin + path, method, headers, gigabytes);
      if (!expected.test(outcome)) fell.push(`${method} ${path} with ${headers['content-type']}: ${outcome}`);
    }
    if ((await post(server.origin, new Agent())) !== 200) fell.push('it no longer answers');
    fell.push(...memory.beyond(512));
  } finally {
    memory.stop();
    await server.kill();
  }
  return { tried: targets.length, fell };
}

export const serverAttacks: Attack[] = [
  {
    name: 'server kill',
    about:
      'kill -9 while files come in: none that was taken is lost, and at last a clean build of them is live',
    run: (rounds) => inFolder((folder) => killServer(folder, rounds)),
  },
  {
    name: 'server end under load',
    about:
      'SIGTERM under load, 500 requests for each round: every one is answered, or its connection refused',
    run: (rounds) => inFolder((folder) => endUnderLoad(folder, rounds * 500)),
  },
  {
    name: 'server connections',
    about: 'slow and idle connections, 5 for each round: other requests are answered, and memory stays',
    run: (rounds) => inFolder((folder) => holdConnections(folder, rounds * 5)),
  },
  {
    name: 'server bombs',
    about: 'gzip of gigabytes of zeros, one for 20 rounds: refused, with little memory',
    run: (rounds) => inFolder((folder) => bombs(folder, rounds / 20)),
  },
];
