import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Resources } from '../bench/support/resources.ts';
import { startWorkerd } from '../bench/support/workerd.ts';
import { generatedRequests, type WireRequest } from './generated-requests.ts';
import { type DenoServer, startService } from './support.ts';
import { send, type WireAnswer } from './wire.ts';

/** What one of the two does before or after the service has the request. */
const KNOWN: { name: string; reason: string; is: (pair: Pair) => boolean }[] = [
  {
    name: 'a method that no one registered',
    reason: 'the HTTP parser of workerd refuses it with 501; the service says 405 or 404',
    is: ({ request, workerd }) => request.method === 'BREW' && workerd.status === 501,
  },
  {
    name: 'a path with characters that a URI may not have',
    reason:
      'the HTTP parser of workerd refuses it with 400, or closes the connection; the service says 404 or 405',
    is: ({ request, workerd }) =>
      /[|{}^`"<>]/.test(request.path) && (workerd.status === 400 || workerd.status === 0),
  },
  {
    name: 'a request of HTTP/1.1 without Host',
    reason: 'the HTTP parser of workerd refuses it with 400 (RFC 9112 3.2), that of Deno takes it',
    is: ({ request, workerd }) => request.withoutHost === true && workerd.status === 400,
  },
  {
    name: 'the statistics of the bundled version',
    reason:
      'they are a static asset on Workers, and this workerd has none; a server of its own reads the file',
    is: ({ workerd }) => workerd.status === 503 && workerd.body.includes('"statistics_unavailable"'),
  },
  {
    name: 'a large answer',
    reason: 'the service compresses it on Deno; at Cloudflare the network before workerd does',
    is: ({ workerd, deno }) =>
      deno.headers.vary === 'accept-encoding' && isSame(uncompressed(workerd), uncompressed(deno)),
  },
];

interface Pair {
  request: WireRequest;
  workerd: WireAnswer;
  deno: WireAnswer;
}

function uncompressed({ status, headers, body }: WireAnswer): WireAnswer {
  const { vary: _, 'content-encoding': __, 'content-length': ___, ...rest } = headers;
  return { status, headers: rest, body };
}

function isSame(one: WireAnswer, other: WireAnswer): boolean {
  const text = ({ status, headers, body }: WireAnswer) =>
    JSON.stringify([status, Object.entries(headers).sort(), body]);
  return text(one) === text(other);
}

function inWords({ request: { method, path, headers, body }, workerd, deno }: Pair): string {
  const answer = ({ status, headers, body }: WireAnswer) =>
    `${status} ${JSON.stringify(headers)} ${body.slice(0, 300)}`;
  return `${method} ${path} ${JSON.stringify(headers)} ${body?.subarray(0, 100)}\nworkerd: ${answer(workerd)}\nDeno: ${answer(deno)}`;
}

const resources = new Resources();
let deno: DenoServer;
let origin: string;
beforeAll(async () => {
  deno = await startService();
  const options = { bundled: dirname(inject('worker').script) };
  origin = new URL((await startWorkerd(resources, 'workerd', 'src/worker.ts', [], options)).url).origin;
});
afterAll(async () => {
  resources.release();
  await deno?.stop();
});

it('workerd and Deno answer 1,500 generated requests alike, but for what is named', async () => {
  const requests = generatedRequests(1_500, 16);
  const pairs: Pair[] = [];
  const ask = async () => {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      const [workerd, other] = await Promise.all([send(origin, request), send(deno.origin, request)]);
      pairs.push({ request, workerd, deno: other });
    }
  };
  await Promise.all(Array.from({ length: 8 }, ask));

  const different = pairs.filter(({ workerd, deno }) => !isSame(workerd, deno));
  const unnamed = different.filter((pair) => !KNOWN.some(({ is }) => is(pair)));
  expect(unnamed.slice(0, 10).map(inWords)).toEqual([]);
  // A difference that is gone has no place in the list.
  for (const { name, is } of KNOWN) expect([name, different.some(is)]).toEqual([name, true]);

  // The requests are worth something: they reach every kind of answer, and none of them is a failure.
  const statuses = new Set(pairs.map((pair) => pair.deno.status));
  for (const status of [200, 304, 400, 403, 404, 405, 413, 415, 422]) expect(statuses).toContain(status);
  // 501: neither of the two keeps versions.
  expect([...statuses].filter((status) => status >= 500 && status !== 501)).toEqual([]);
  expect(pairs.filter(({ deno }) => deno.status === 200).length).toBeGreaterThan(200);
});
