import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableOfCountries } from '../../support/many-countries.ts';
import { atLeast, atMost, type Bench } from '../bench.ts';
import { figure } from '../support/format.ts';
import { loader, loadInTurn } from '../support/load.ts';
import { ask, bundledArtifact, requestMix, type VoucherBody } from '../support/requests.ts';
import type { Resources } from '../support/resources.ts';
import type { Command } from '../support/server.ts';
import { inTurn, least, leastRatio } from '../support/statistics.ts';
import { realTable } from '../support/table.ts';
import { throughputRows } from '../support/throughput.ts';
import { which } from '../support/which.ts';
import { startWorkerd, workerdCommand } from '../support/workerd.ts';

const MANY = 1000;

/** What it costs that artifacts are published: for each request, and for the first one of an isolate. */
export const kv: Bench = {
  name: 'kv',
  about: 'POST /voucher with an artifact from KV, to the bundled one; the first answer of a cold isolate',

  async *run({ resources, quick, progress }) {
    const artifact = await bundledArtifact();
    const bodies = requestMix(artifact);
    const [body] = bodies;
    if (body === undefined) throw new Error('expected requests, found none');

    const real = await realTable();
    const many = await tableOfCountries(real.table, MANY);
    const starts = quick ? 3 : 15;
    const without = await workerdCommand(resources, 'bundled', 'src/worker.ts');
    const core = await workerdCommand(resources, 'core', 'src/worker-core.ts');
    const echo = await workerdCommand(resources, 'echo', 'test/bench/peers/required.ts');
    progress(`${2 * starts} starts of the core, and of an echo`);
    const started = await inTurn(starts, {
      core: () => firstAnswer(resources, core, artifact.version, body),
      echo: () => firstAnswer(resources, echo, undefined, body),
    });
    yield {
      what: 'start of an isolate, core deployment, before any request',
      ours: `${figure(least(started.core.map(({ start }) => start)))} ms of CPU`,
      peer: `echo on Hono ${figure(least(started.echo.map(({ start }) => start)))} ms`,
      ratio: leastRatio(
        started.core.map(({ start }) => start),
        started.echo.map(({ start }) => start),
      ),
      target: null,
    };
    for (const { table, text } of [real, many]) {
      const what = `${table.countries.length} countries, ${figure(text.length / 1e6)} MB`;
      progress(`${2 * starts} starts with ${what} in KV, and without`);
      const published = [{ version: table.version, text }];
      const withKv = await workerdCommand(resources, 'with KV', 'src/worker.ts', published);
      const first = await inTurn(starts, {
        ours: () => firstAnswer(resources, withKv, table.version, body),
        peer: () => firstAnswer(resources, without, artifact.version, body),
      });
      const [cpu, bundledCpu] = [first.ours, first.peer].map((all) => least(all.map((one) => one.cpu)));
      yield {
        what: `first request of an isolate that has started, ${what} in KV`,
        ours: `${figure(cpu ?? Number.NaN)} ms of CPU`,
        peer: `bundled ${figure(bundledCpu ?? Number.NaN)} ms`,
        ratio: cpu ?? Number.NaN,
        target: table === real.table ? atMost(10) : null,
      };
      const [time, bundledTime] = [first.ours, first.peer].map((all) => least(all.map((one) => one.request)));
      yield {
        what: `the same, from the request to the answer`,
        ours: `${figure(time ?? Number.NaN)} ms`,
        peer: `bundled ${figure(bundledTime ?? Number.NaN)} ms`,
        ratio: (time ?? Number.NaN) / (bundledTime ?? Number.NaN),
        target: null,
      };
    }

    if (which('wrk') === null) {
      yield { what: 'throughput with KV', because: 'wrk is not installed (Debian: apt-get install wrk)' };
      return;
    }
    const published = [{ version: artifact.version, text: artifact.texts.table }];
    const ours = await startWorkerd(resources, 'with KV', 'src/worker.ts', published);
    const peer = await startWorkerd(resources, 'bundled', 'src/worker.ts');
    for (const one of bodies) await Promise.all([ask(ours.url, one), ask(peer.url, one)]);
    await requireOrigin(ours.url, 'kv');
    await requireOrigin(peer.url, 'bundled');
    const send = loader(resources, bodies);
    const seconds = 1;
    const rounds = quick ? 3 : 25;
    progress(`${2 * rounds} loads of ${seconds} s`);
    const pairs = await loadInTurn((server) => send(server, seconds), rounds, ours, peer);
    yield* throughputRows('POST /voucher with KV', pairs, 'bundled', atLeast(0.97));
  },
};

interface FirstAnswer {
  /** Milliseconds of CPU that the process took until it waited for requests: most of it is the runtime's own. */
  start: number;
  /** Milliseconds of CPU that it took for the request. */
  cpu: number;
  /** Milliseconds of the request alone. */
  request: number;
}

/** Starts a server, asks once, and ends it. */
async function firstAnswer(
  resources: Resources,
  { file, args, url }: Command,
  version: string | undefined,
  body: VoucherBody,
): Promise<FirstAnswer> {
  const child = spawn(file, args, { stdio: 'ignore' });
  resources.defer(() => child.kill('SIGKILL'));
  try {
    while (!(await listens(Number(new URL(url).port)))) {
      if (child.exitCode !== null) throw new Error(`workerd ended with ${child.exitCode}`);
      await sleep(1);
    }
    const before = await stillCpuOf(child.pid);
    const asked = performance.now();
    const answer = await askOnce(url, body);
    const answered = performance.now();
    const cpu = cpuOf(child.pid) - before;
    if (JSON.parse(answer).artifact_version !== version) {
      throw new Error(`expected an answer from ${version}, got ${answer}`);
    }
    return { start: before, cpu, request: answered - asked };
  } finally {
    child.kill('SIGKILL');
  }
}

/** @returns milliseconds of CPU that all threads of a process have taken; NaN where there is no /proc */
function cpuOf(pid = 0): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const times = threads.map(
      (id) => readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0],
    );
    return times.reduce((sum, nanoseconds) => sum + Number(nanoseconds) / 1e6, 0);
  } catch {
    return Number.NaN;
  }
}

/** workerd listens before it has evaluated the script, which Cloudflare counts apart. @returns the CPU when that is over */
async function stillCpuOf(pid: number | undefined): Promise<number> {
  let last = cpuOf(pid);
  for (let still = 0; still < 5; ) {
    await sleep(20);
    const now = cpuOf(pid);
    still = now - last < 0.5 ? still + 1 : 0;
    last = now;
  }
  return last;
}

/** On a connection of its own: one that is kept may lead to a server that has ended. */
function askOnce(url: string, body: VoucherBody): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    request(url, { method: 'POST', agent: false, headers }, (response) => {
      text(response).then(resolve, reject);
    })
      .once('error', reject)
      .end(JSON.stringify(body));
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
      .once('connect', () => resolve(true))
      .once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Makes sure that the contenders are what they are called. */
async function requireOrigin(url: string, expected: string): Promise<void> {
  const ready = await (await fetch(new URL('/ready', url))).json();
  if (ready.origin !== expected)
    throw new Error(`expected the artifact from ${expected}, got ${JSON.stringify(ready)}`);
}
