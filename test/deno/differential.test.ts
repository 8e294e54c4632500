import { once } from 'node:events';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Resources } from '../bench/support/resources.ts';
import { startWorkerd } from '../bench/support/workerd.ts';
import { REQUEST } from '../support/artifacts.ts';
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

describe('a request line and a Host, as a socket sends them', () => {
  /** @returns the status and the code of the answer */
  async function ask(at: string, method: string, target: string, host: string): Promise<string> {
    const { hostname, port } = new URL(at);
    const body = method === 'POST' ? JSON.stringify(REQUEST) : '';
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    let text = '';
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.write(
      `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await once(socket, 'close');
    return `${text.slice(9, 12)} ${/"code":"(\w+)"/.exec(text)?.[1] ?? 'answered'}`;
  }

  const both = (method: string, target: string, host: string) =>
    Promise.all([origin, deno.origin].map((at) => ask(at, method, target, host)));

  it.each([
    'a/health?',
    'a/metrics?',
    'a/health#',
    '/health?',
    'a?',
    'a#',
    'a?explain=true',
    'u:p@b',
    'a b',
    'a\\b',
    'a,\tb',
  ])('with the Host %j, which would change the path, is refused', async (host) => {
    expect(await both('POST', '/voucher', host)).toEqual(['400 invalid_host', '400 invalid_host']);
    expect(await both('GET', '/health', host)).toEqual(['400 invalid_host', '400 invalid_host']);
  });

  it.each([
    'h',
    'EXAMPLE.com:80',
    '127.0.0.1:8787',
    '[::1]:80',
    'a_b',
    'xn--bcher-kva.example',
    'x'.repeat(7_000),
  ])('with the Host %j is answered, also where slashes follow', async (host) => {
    expect(await both('POST', '/voucher', host)).toEqual(['200 answered', '200 answered']);
    expect(await both('GET', '/uploads/a/b', host)).toEqual([
      '405 method_not_allowed',
      '405 method_not_allowed',
    ]);
  });

  it.each([
    ['http://other/voucher', '200 answered'],
    ['http://other/health?/voucher', '405 method_not_allowed'],
    ['//voucher', '404 not_found'],
    ['/./voucher', '200 answered'],
    ['/a/%2e%2e/voucher', '200 answered'],
    ['/%76oucher', '200 answered'],
    ['/voucher/', '404 not_found'],
    ['/voucher?x', '200 answered'],
    ['/%2fvoucher', '404 not_found'],
    ['/a%2f..%2fvoucher', '404 not_found'],
    ['/voucher%00', '404 not_found'],
    ['//other/voucher', '404 not_found'],
  ])('for %s gets %s from both', async (target, answer) => {
    expect(await both('POST', target, 'h')).toEqual([answer, answer]);
  });
});
