import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Resources } from '../bench/support/resources.ts';
import { workerdCommand } from '../bench/support/workerd.ts';
import { REQUEST } from '../support/artifacts.ts';
import { type DenoServer, serveWithDeno, startService } from './support.ts';

type Runtime = 'workerd' | 'Deno';
/** The whole service, and one that gives a client up after seconds. */
type Server = 'service' | 'impatient';

interface Running {
  origin: string;
  log: () => string;
}

const LINE = `${JSON.stringify(REQUEST)}\n`;
const THOUSAND = LINE.repeat(1_000);
/** So long that the kernel's buffers, of up to 37 MB, cannot hold the lines that are sent after a million. */
const LONG_THOUSAND = `${JSON.stringify({ ...REQUEST, note: 'x'.repeat(200) })}\n`.repeat(1_000);

const resources = new Resources();
let servers: Record<Runtime, Record<Server, Running>>;
beforeAll(async () => {
  const [service, impatient, worker, impatientWorker] = await Promise.all([
    startService(),
    serveWithDeno('test/deno/impatient.ts', { permissions: ['--allow-read'] }),
    startWorkerd(dirname(inject('worker').script), 'worker'),
    bundled('impatient').then((folder) => startWorkerd(folder, 'impatient')),
  ]);
  for (const deno of [service, impatient]) resources.defer(() => void deno.kill());
  servers = {
    workerd: { service: worker, impatient: impatientWorker },
    Deno: { service: running(service), impatient: running(impatient) },
  };
});
afterAll(() => resources.release());

function running({ origin, output }: DenoServer): Running {
  return { origin, log: () => output().out };
}

/** @returns the folder of an entry of the tests, bundled as Workers are */
async function bundled(name: string): Promise<string> {
  const folder = resources.folder();
  const entryPoints = [fileURLToPath(new URL(`${name}.ts`, import.meta.url))];
  await build({ entryPoints, bundle: true, format: 'esm', outfile: join(folder, `${name}.js`) });
  return folder;
}

async function startWorkerd(folder: string, name: string): Promise<Running> {
  const command = await workerdCommand(resources, name, `${name}.ts`, [], { bundled: folder });
  const workerd = spawn(command.file, command.args, { stdio: ['ignore', 'pipe', 'ignore'] });
  resources.defer(() => workerd.kill());
  let log = '';
  workerd.stdout.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  await vi.waitUntil(() => command.ready().catch(() => false), { timeout: 60_000 });
  return { origin: new URL(command.url).origin, log: () => log };
}

/** Begins to send lines. What is answered stays in the connection until it is read. */
function begin(
  runtime: Runtime,
  server: Server = 'service',
): { sent: ClientRequest; response: Promise<IncomingMessage> } {
  const headers = { 'content-type': 'application/x-ndjson' };
  const sent = request(`${servers[runtime][server].origin}/vouchers`, {
    method: 'POST',
    headers,
    agent: false,
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject);
  });
  response.catch(() => {});
  return { sent, response };
}

async function send(sent: ClientRequest, thousands: number, lines = THOUSAND): Promise<void> {
  for (let count = 0; count < thousands; count++) if (!sent.write(lines)) await once(sent, 'drain');
}

const LINE_END = 10;

/** @returns how many lines there are, and what the last one says */
async function read(response: IncomingMessage) {
  let lines = 0;
  let last = Buffer.alloc(0);
  for await (const piece of response as AsyncIterable<Buffer>) {
    for (let at = piece.indexOf(LINE_END); at !== -1; at = piece.indexOf(LINE_END, at + 1)) lines++;
    last = Buffer.concat([last, piece.subarray(-500)]).subarray(-500);
  }
  return { lines, last: JSON.parse(last.toString().trimEnd().split('\n').at(-1) ?? '') };
}

describe.concurrent.each(['workerd', 'Deno'] as const)('%s', (runtime) => {
  it('answers a client that sends 100,000 lines before it reads a byte', async () => {
    const { sent, response } = begin(runtime);
    await send(sent, 100);
    sent.end();
    await once(sent, 'finish');
    expect(await read(await response)).toEqual({
      lines: 100_000,
      last: expect.objectContaining({ source: 'segment' }),
    });
  });

  it('answers a client that makes a pause while it sends, and reads nothing before the end', async () => {
    const { sent, response } = begin(runtime);
    await send(sent, 60);
    await sleep(1_500);
    await send(sent, 60);
    sent.end();
    await once(sent, 'finish');
    expect(await read(await response)).toMatchObject({ lines: 120_000 });
  });

  it('answers a client that makes many pauses while it sends, and reads nothing before the end', async () => {
    const { sent, response } = begin(runtime);
    for (let burst = 0; burst < 60; burst++) {
      await send(sent, 1);
      await sleep(20);
    }
    sent.end();
    await once(sent, 'finish');
    expect(await read(await response)).toMatchObject({ lines: 60_000 });
  });

  it('takes 1,300,000 lines of a client that reads no answers, and tells which it did not answer, and why', async () => {
    const { sent, response } = begin(runtime);
    await send(sent, 1_100);
    await send(sent, 200, LONG_THOUSAND);
    sent.end();
    await once(sent, 'finish');
    const { lines, last } = await read(await response);
    expect(lines).toBeGreaterThan(900_000);
    // On a machine that stands still for seconds the connection may take them all.
    if (lines < 1_300_000) {
      expect(last).toMatchObject({ error: { code: 'answers_not_read', index: lines - 1 } });
    }
  });

  it('gives up a client that neither sends nor reads: its request is over, and its answers end with the reason', async () => {
    const { sent, response } = begin(runtime, 'impatient');
    // More answers than a connection holds unread, and no end of the requests.
    await send(sent, 150);
    const isOver = () => servers[runtime].impatient.log().includes('"voucher.batch.entries":150000');
    await vi.waitUntil(isOver, { timeout: 100_000 });
    const { lines, last } = await read(await response);
    expect(lines).toBeLessThan(150_000);
    expect(last).toMatchObject({ error: { code: 'answers_not_read', index: lines - 1 } });
    sent.destroy();
  });
});
