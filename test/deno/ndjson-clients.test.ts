import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Resources } from '../bench/support/resources.ts';
import { workerdCommand } from '../bench/support/workerd.ts';
import { REQUEST } from '../support/artifacts.ts';
import { type DenoServer, startService } from './support.ts';

type Runtime = keyof typeof servers;

const LINE = `${JSON.stringify(REQUEST)}\n`;
const THOUSAND = LINE.repeat(1_000);
/** So long that the kernel's buffers, of up to 37 MB, cannot hold the lines that are sent after a million. */
const LONG_THOUSAND = `${JSON.stringify({ ...REQUEST, note: 'x'.repeat(200) })}\n`.repeat(1_000);

const resources = new Resources();
let deno: DenoServer;
let workerdLog = '';
const servers = {
  workerd: { origin: '', log: () => workerdLog },
  Deno: { origin: '', log: () => deno.output().out },
};
beforeAll(async () => {
  deno = await startService();
  servers.Deno.origin = deno.origin;
  const { file, args, url, ready } = await workerdCommand(resources, 'workerd', 'src/worker.ts', [], {
    bundled: dirname(inject('worker').script),
  });
  const workerd = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  resources.defer(() => workerd.kill());
  workerd.stdout.setEncoding('utf8').on('data', (text) => {
    workerdLog += text;
  });
  servers.workerd.origin = new URL(url).origin;
  await vi.waitUntil(() => ready().catch(() => false), { timeout: 60_000 });
});
afterAll(async () => {
  resources.release();
  await deno?.stop();
});

/** Begins to send lines. What is answered stays in the connection until it is read. */
function begin(runtime: Runtime): { sent: ClientRequest; response: Promise<IncomingMessage> } {
  const headers = { 'content-type': 'application/x-ndjson' };
  const sent = request(`${servers[runtime].origin}/vouchers`, { method: 'POST', headers, agent: false });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject);
  });
  response.catch(() => {});
  return { sent, response };
}

async function send(sent: ClientRequest, thousands: number, lines = THOUSAND): Promise<void> {
  for (let count = 0; count < thousands; count++) if (!sent.write(lines)) await once(sent, 'drain');
}

async function read(response: IncomingMessage) {
  let lines = 0;
  let last = '';
  for await (const piece of response.setEncoding('utf8')) {
    lines += piece.split('\n').length - 1;
    last = (last + piece).slice(-500);
  }
  return { lines, last: JSON.parse(last.trimEnd().split('\n').at(-1) ?? '') };
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
    const { sent, response } = begin(runtime);
    // More answers than a connection holds unread, and no end of the requests.
    await send(sent, 150);
    const isOver = () => servers[runtime].log().includes('"voucher.batch.entries":150000');
    await vi.waitUntil(isOver, { timeout: 100_000 });
    const { lines, last } = await read(await response);
    expect(lines).toBeLessThan(150_000);
    expect(last).toMatchObject({ error: { code: 'answers_not_read', index: lines - 1 } });
    sent.destroy();
  });
});
