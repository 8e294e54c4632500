import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { sealArtifact } from '../../../src/core/artifact/artifact.ts';
import { atLeast, type Bench } from '../bench.ts';
import { figure } from '../support/format.ts';
import { loader, loadInTurn } from '../support/load.ts';
import { ask, bundledArtifact, requestMix, type VoucherBody } from '../support/requests.ts';
import type { Resources } from '../support/resources.ts';
import type { Command } from '../support/server.ts';
import { inTurn, median } from '../support/statistics.ts';
import { throughputRows } from '../support/throughput.ts';
import { which } from '../support/which.ts';
import { type Published, startWorkerd, workerdCommand } from '../support/workerd.ts';

const MEGABYTE = 1e6;

/** What it costs that artifacts are published: for each request, and for the first one of an isolate. */
export const kv: Bench = {
  name: 'kv',
  about: 'POST /voucher with an artifact from KV, to the bundled one; the first answer with 1 MB in KV',

  async *run({ resources, quick, progress }) {
    const artifact = await bundledArtifact();
    const bodies = requestMix(artifact);
    const [body] = bodies;
    if (body === undefined) throw new Error('expected requests, found none');

    const large = await largeArtifact(MEGABYTE);
    const starts = quick ? 3 : 15;
    progress(`${2 * starts} starts with ${figure(large.text.length / MEGABYTE)} MB in KV, and without`);
    const withKv = await workerdCommand(resources, 'with KV', 'src/worker.ts', large);
    const without = await workerdCommand(resources, 'bundled', 'src/worker.ts');
    const first = await inTurn(starts, {
      ours: () => firstAnswer(resources, withKv, large.version, body),
      peer: () => firstAnswer(resources, without, artifact.version, body),
    });
    for (const what of ['request', 'start'] as const) {
      const [ours, peer] = [first.ours, first.peer].map((times) => median(times.map((time) => time[what])));
      yield {
        what:
          what === 'request'
            ? 'first request of an isolate, 1 MB'
            : 'start of the process to first answer, 1 MB',
        ours: `${figure(ours ?? Number.NaN)} ms`,
        peer: `bundled ${figure(peer ?? Number.NaN)} ms`,
        ratio: (ours ?? Number.NaN) / (peer ?? Number.NaN),
        target: null,
      };
    }

    if (which('wrk') === null) {
      yield { what: 'throughput with KV', because: 'wrk is not installed (Debian: apt-get install wrk)' };
      return;
    }
    const published = { version: artifact.version, text: artifact.texts.table };
    const ours = await startWorkerd(resources, 'with KV', 'src/worker.ts', published);
    const peer = await startWorkerd(resources, 'bundled', 'src/worker.ts');
    for (const one of bodies) await Promise.all([ask(ours.url, one), ask(peer.url, one)]);
    await requireOrigin(ours.url, 'kv');
    await requireOrigin(peer.url, 'bundled');
    const send = loader(resources, bodies);
    const seconds = quick ? 1 : 3;
    const rounds = quick ? 3 : 9;
    progress(`${2 * rounds} loads of ${seconds} s`);
    const pairs = await loadInTurn((server) => send(server, seconds), rounds, ours, peer);
    yield* throughputRows('POST /voucher with KV', pairs, 'bundled', atLeast(0.97));
  },
};

/** The bundled artifact with as many copies of its countries as make it that large. */
async function largeArtifact(size: number): Promise<Published> {
  const { table, statistics, texts } = await bundledArtifact();
  const each = texts.table.length / statistics.countries.size;
  const countries = new Map(statistics.countries);
  for (let copy = 1; countries.size * each < size; copy++) {
    for (const [name, ofCountry] of statistics.countries) {
      if (countries.size * each < size) countries.set(`${name} ${copy}`, ofCountry);
    }
  }
  const { version, texts: large } = await sealArtifact({ ...table, ...statistics, countries });
  return { version, text: large.table };
}

interface FirstAnswer {
  /** Milliseconds from the start of the process. */
  start: number;
  /** Milliseconds of the request alone. */
  request: number;
}

/** Starts a server, asks once, and ends it. */
async function firstAnswer(
  resources: Resources,
  { file, args, url }: Command,
  version: string,
  body: VoucherBody,
): Promise<FirstAnswer> {
  const started = performance.now();
  const child = spawn(file, args, { stdio: 'ignore' });
  resources.defer(() => child.kill('SIGKILL'));
  try {
    while (!(await listens(Number(new URL(url).port)))) {
      if (child.exitCode !== null) throw new Error(`workerd ended with ${child.exitCode}`);
      await sleep(1);
    }
    const asked = performance.now();
    const answer = await askOnce(url, body);
    const answered = performance.now();
    if (JSON.parse(answer).artifact_version !== version) {
      throw new Error(`expected an answer from ${version}, got ${answer}`);
    }
    return { start: answered - started, request: answered - asked };
  } finally {
    child.kill('SIGKILL');
  }
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
