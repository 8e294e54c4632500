import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { type Attack, inFolder, type Outcome } from './attack.ts';
import {
  ADMIN,
  builtVersion,
  CUSTOMER,
  forceRun,
  history,
  JSON_TYPE,
  serve,
  until,
  watchMemory,
} from './server.ts';

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
    const files = execFileSync('find', [join(data, 'bucket/uploads'), '-type', 'f'], { encoding: 'utf8' });
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

/** Hundreds of megabytes of rows, compressed, as one upload. */
async function uploadLarge(folder: string, megabytes: number): Promise<Outcome> {
  const fell: string[] = [];
  const server = await serve(join(folder, 'data'));
  const memory = watchMemory(server);
  try {
    const path = join(folder, 'large.csv.gz');
    const gzip = createGzip({ level: 1 });
    const written = once(gzip.pipe(createWriteStream(path)), 'close');
    gzip.write('timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n');
    const row = (at: number) =>
      `2018-07-${String(1 + (at % 28)).padStart(2, '0')} 10:00:${String(at % 60).padStart(2, '0')},${['Peru', 'Latvia', 'China'][at % 3]},2018-05-01,2017-03-01 00:00:00,${at % 90},${20 + (at % 4)}\n`;
    const piece = Array.from({ length: 15_000 }, (_, at) => row(at)).join('');
    for (let bytes = 0; bytes < megabytes << 20; bytes += piece.length) {
      if (!gzip.write(piece)) await once(gzip, 'drain');
    }
    gzip.end();
    await written;
    const headers = { ...ADMIN, 'content-length': statSync(path).size };
    const sent = request(`${server.origin}/uploads/large.csv.gz`, { method: 'PUT', headers, agent: false });
    createReadStream(path).pipe(sent);
    const [response] = await once(sent, 'response');
    response.resume();
    if (response.statusCode !== 202) fell.push(`PUT ${response.statusCode}`);
    const newest = async () => {
      const answer = await fetch(`${server.origin}/runs`, { headers: ADMIN });
      return ((await answer.json()) as { runs: { state: string; reasons: string[] }[] }).runs[0];
    };
    const isOver = async () => !['waiting', 'running', undefined].includes((await newest())?.state);
    let asked = 0;
    while (!(await until(isOver, 200)) && asked < 3_000) {
      const body = CUSTOMER;
      const answer = await fetch(`${server.origin}/voucher`, { method: 'POST', headers: JSON_TYPE, body });
      if (answer.status !== 200) fell.push(`POST /voucher ${answer.status} meanwhile`);
      await answer.text();
      asked++;
    }
    const run = await newest();
    if (!['published', 'refused'].includes(run?.state ?? ''))
      fell.push(`the run is ${run?.state}: ${run?.reasons}`);
    fell.push(...memory.beyond(512));
  } finally {
    memory.stop();
    await server.kill();
  }
  return { tried: 1, fell };
}

export const moreServerAttacks: Attack[] = [
  {
    name: 'server clock',
    about: 'the clock jumps by an hour and back while files come in: what is live at last is a clean build',
    run: (rounds) => inFolder((folder) => jumpClock(folder, rounds)),
  },
  {
    name: 'server large upload',
    about:
      'a .csv.gz of 5 MB of text for 2 rounds: counted with at most 512 MB, and customers are answered meanwhile',
    run: (rounds) => inFolder((folder) => uploadLarge(folder, rounds * 2.5)),
  },
];
