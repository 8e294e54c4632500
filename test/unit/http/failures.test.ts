import { describe, expect, it } from 'vitest';
import { PHRASES } from '../../../src/api/problem-codes.ts';
import type { ArtifactStore } from '../../../src/store/artifact-store.ts';
import { brokenStore, GOOD, service, throwingStore } from '../../support/service.ts';

const RESOURCES = [
  { path: '/voucher', methods: ['POST'], needsArtifact: true },
  { path: '/artifact', methods: ['GET'], needsArtifact: true },
  { path: '/artifact/segments', methods: ['GET'], needsArtifact: true },
  { path: '/ready', methods: ['GET'], needsArtifact: true },
  { path: '/health', methods: ['GET'], needsArtifact: false },
  { path: '/uploads', methods: ['GET'], needsArtifact: false },
  { path: '/uploads/a.csv', methods: ['PUT', 'POST', 'DELETE'], needsArtifact: false },
  { path: '/runs', methods: ['GET', 'POST'], needsArtifact: false },
  { path: '/runs/run-1', methods: ['GET', 'DELETE'], needsArtifact: false },
];

interface Failure {
  title: string;
  send: [method: string, path: string, init?: RequestInit & { json?: unknown }];
  store?: ArtifactStore;
  status: number;
  code: string;
}

const wrongMethods: Failure[] = RESOURCES.flatMap(({ path, methods }) =>
  ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'BREW']
    .filter((other) => !methods.includes(other))
    .map((other) => ({
      title: `${other} ${path}`,
      send: [other, path],
      status: 405,
      code: 'method_not_allowed',
    })),
);

const withoutArtifact: Failure[] = RESOURCES.filter(({ needsArtifact }) => needsArtifact).flatMap(
  ({ path, methods: [method = ''] }) => [
    {
      title: `${method} ${path} without an artifact`,
      send: [method, path, method === 'POST' ? { json: GOOD } : {}],
      store: brokenStore,
      status: 503,
      code: 'no_artifact',
    },
    {
      title: `${method} ${path} when the store breaks`,
      send: [method, path, method === 'POST' ? { json: GOOD } : {}],
      store: throwingStore,
      status: 500,
      code: 'internal_error',
    },
  ],
);

const json = (body: unknown): [string, string, { json: unknown }] => ['POST', '/voucher', { json: body }];
const text = (body: string, type = 'application/json'): [string, string, RequestInit] => [
  'POST',
  '/voucher',
  { body, headers: { 'content-type': type } },
];

const badBodies: Failure[] = [
  { title: 'broken JSON', send: text('{'), status: 400, code: 'malformed_json' },
  { title: 'no JSON', send: text('a=1', 'text/plain'), status: 415, code: 'unsupported_media_type' },
  { title: 'no type', send: ['POST', '/voucher'], status: 415, code: 'unsupported_media_type' },
  { title: 'too much', send: text(' '.repeat(65_537)), status: 413, code: 'body_too_large' },
  { title: 'a body that breaks off', send: brokenOff(), status: 400, code: 'malformed_json' },
  { title: 'the wrong shape', send: json({}), status: 422, code: 'invalid_request' },
  {
    title: 'no such segment',
    send: json({ ...GOOD, segment_name: 'x' }),
    status: 422,
    code: 'unknown_segment',
  },
  {
    title: 'a field that is missing',
    send: json({ ...GOOD, total_orders: null }),
    status: 422,
    code: 'missing_field',
  },
  {
    title: 'an order in the future',
    send: json({ ...GOOD, segment_name: 'recency_segment', last_order_ts: '2030-01-01' }),
    status: 422,
    code: 'order_in_future',
  },
];

const unknownPaths: Failure[] = [
  '/',
  '/voucherss',
  '/voucher/',
  '//voucher',
  '/artifact/x',
  '/%00',
  '/%ff%zz',
].map((path) => ({ title: `GET ${path}`, send: ['GET', path], status: 404, code: 'not_found' }));

const FAILURES = [...wrongMethods, ...withoutArtifact, ...badBodies, ...unknownPaths];

describe('every failure is a problem of RFC 9457', () => {
  it.each(FAILURES.map((failure) => [failure.title, failure] as const))('%s', async (_, failure) => {
    const { send, lines, written } = await service(failure.store);
    const response = await send(...failure.send);
    expect(response.status).toBe(failure.status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const body = await response.json();
    const { errors, ...rest } = body;
    expect(rest).toEqual({
      // RFC 9457 4.2.1: a problem without a type has the phrase of its status.
      title: PHRASES[failure.status as keyof typeof PHRASES],
      status: failure.status,
      code: failure.code,
      detail: expect.stringMatching(/./),
      request_id: response.headers.get('x-request-id'),
    });
    if (failure.status === 422) {
      expect(errors).toEqual(
        errors.map(() => ({ path: expect.any(String), message: expect.stringMatching(/^expected /) })),
      );
    } else expect(errors).toBeUndefined();
    expect(lines).toMatchObject([
      { 'error.code': failure.code, 'http.response.status_code': failure.status },
    ]);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(written[0]?.includes('the secret of the store')).toBe(failure.status === 500);
  });

  it.each(RESOURCES)('$path names the methods that it takes', async ({ path, methods }) => {
    const { send } = await service();
    const { headers } = await send('PATCH', path);
    const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    expect(headers.get('allow')).toBe(allowed.join(', '));
  });

  it('has no body for HEAD', async () => {
    const { send } = await service();
    const response = await send('HEAD', '/nowhere');
    expect([response.status, await response.text()]).toEqual([404, '']);
  });
});

function brokenOff(): [string, string, RequestInit] {
  const body = new ReadableStream({
    pull(controller) {
      controller.error(new Error('the client went away'));
    },
  });
  return ['POST', '/voucher', { body, headers: { 'content-type': 'application/json' } }];
}
