import { existsSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFileSync } from '../support/children.ts';
import { builtVersion, CUSTOMER, forceRun, history, post, until } from './asking.ts';
import { type Attack, inFolder, type Outcome } from './attack.ts';
import { ADMIN, residentBytes, serve } from './running.ts';

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
    const files = execFileSync('find', [join(data, 'bucket/uploads'), '-type', 'f']);
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
    const before = residentBytes(server.pid);
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
    const grown = residentBytes(server.pid) - before;
    if (grown > connections * 64 * 1024 + (64 << 20)) fell.push(`it grew by ${grown >> 20} MB`);
  } finally {
    for (const socket of sockets) socket.destroy();
    if ((await server.stop()) !== 143) fell.push('it did not end as it was told');
  }
  return { tried: connections, fell };
}

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** A server whose wall clock jumps by an hour and back, again and again, while files come in and customers ask. */
async function jumpClock(folder: string, rounds: number): Promise<Outcome> {
  if (!existsSync(LIBRARY)) return { tried: 0, fell: [], skipped: 'the package faketime is not installed' };
  const fell: string[] = [];
  const clock = join(folder, 'clock');
  writeFileSync(clock, '+0');
  const data = join(folder, 'data');
  const server = await serve(data, undefined, {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  });
  const send = (method: string, path: string, body?: string) =>
    fetch(server.origin + path, { method, headers: ADMIN, ...(body !== undefined && { body }) });
  try {
    for (let round = 0; round < rounds; round++) {
      writeFileSync(clock, ['+3600', '+0', '-3600', '+0'][round % 4] ?? '+0');
      const put = await send('PUT', `/uploads/f${round % 6}.csv`, history(round));
      if (put.status !== 202) fell.push(`PUT ${put.status} ${await put.text()}`);
      for (let count = 0; count < 20; count++) {
        const { status } = await send('POST', '/voucher', CUSTOMER);
        if (status !== 200) fell.push(`POST /voucher ${status}`);
      }
      await sleep(100);
    }
    await forceRun(server);
    const trouble = await forceRun(server);
    if (trouble !== '') fell.push(trouble);
    const { live } = (await (await send('GET', '/versions')).json()) as { live: { version: string } | null };
    const files = execFileSync('find', [join(data, 'bucket/uploads'), '-type', 'f']);
    const version = builtVersion(folder, files.trim().split('\n').sort());
    if (live?.version !== version) fell.push(`live is ${live?.version}, a clean build is ${version}`);
    const answering = async () => {
      const answer = await (await send('POST', '/voucher', CUSTOMER)).json();
      return (answer as { artifact_version: string }).artifact_version === version;
    };
    if (!(await until(answering, 10_000))) fell.push('it does not answer from what is live');
  } finally {
    await server.kill();
  }
  return { tried: rounds, fell };
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
    name: 'server clock',
    about: 'the clock jumps by an hour and back while files come in: what is live at last is a clean build',
    run: (rounds) => inFolder((folder) => jumpClock(folder, rounds)),
  },
];
