import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import type { Ingestion } from '../../../src/ingest/ingestion.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { withRoutes } from '../../../src/routes/ingestion.ts';
import { bundledStore } from '../../../src/store/bundled.ts';
import { afresh, deliver, drop, dropAs, ingestion, keysBelow, message } from '../support/pipeline.ts';

const TOKEN = 'the-admin-token';

afresh();

/** Messages go no further, so that no run starts. */
function silent(): Ingestion & { sent: unknown[] } {
  const { bucket, sequencer } = ingestion();
  const sent: unknown[] = [];
  return { bucket, sequencer, sent, events: { send: async (body) => sent.push(body) } };
}

function ask(method: string, path: string, init: RequestInit = {}, using: Ingestion = silent()) {
  const app = createApp({
    store: bundledStore(null),
    clock: systemClock,
    log: () => {},
    adminToken: TOKEN,
    ingestion: withRoutes(using),
  });
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${TOKEN}`);
  if (typeof init.body === 'string' && !headers.has('content-length')) {
    headers.set('content-length', String(init.body.length));
  }
  return app.request(`http://localhost${path}`, { ...init, method, headers });
}

describe('PUT /uploads/NAME', () => {
  it('puts the file into the bucket and tells the queue, as R2 would', async () => {
    const using = silent();
    const response = await ask('PUT', '/uploads/a.csv', { body: 'some,rows\n' }, using);
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      name: 'a.csv',
      size: 10,
      etag: expect.stringMatching(/^\w{32}$/),
    });
    expect(await (await ingestion().bucket.get('uploads/a.csv'))?.text()).toBe('some,rows\n');
    const object = { key: 'uploads/a.csv' };
    expect(using.sent).toEqual([
      { action: 'PutObject', object, eventTime: expect.stringMatching(/Z$/), by: 'admin' },
    ]);
  });

  const TRICKS: [path: string, status: number, code: string][] = [
    ['/uploads/..%2fruns', 400, 'invalid_name'],
    ['/uploads/%2e%2e%2fruns', 400, 'invalid_name'],
    ['/uploads/..%5cruns', 400, 'invalid_name'],
    ['/uploads/%252e%252e%252fruns', 400, 'invalid_name'],
    ['/uploads/a%2fb.csv', 400, 'invalid_name'],
    ['/uploads/a/b.csv', 400, 'invalid_name'],
    ['/uploads//b.csv', 400, 'invalid_name'],
    ['/uploads/a\\b.csv', 400, 'invalid_name'],
    ['/uploads/a%00.csv', 400, 'invalid_name'],
    ['/uploads/a%0d%0ab.csv', 400, 'invalid_name'],
    ['/uploads/a%7f.csv', 400, 'invalid_name'],
    ['/uploads/%ff', 400, 'invalid_name'],
    ['/uploads/%', 400, 'invalid_name'],
    ['/uploads/%20', 400, 'invalid_name'],
    ['/uploads/%E2%80%AEvsc.csv', 400, 'invalid_name'],
    ['/uploads/.hidden', 400, 'invalid_name'],
    ['/uploads/-rf', 400, 'invalid_name'],
    // No run would read it.
    ['/uploads/_orders.csv', 400, 'invalid_name'],
    [`/uploads/${'a'.repeat(2_000)}`, 400, 'invalid_name'],
    [`/uploads/${'%2e'.repeat(2_000)}`, 400, 'invalid_name'],
    // What the URL itself resolves is another path.
    ['/uploads/../runs/x', 405, 'method_not_allowed'],
    ['/uploads/%2e%2e/nowhere', 404, 'not_found'],
    ['/uploads/', 404, 'not_found'],
    ['/uploads', 405, 'method_not_allowed'],
  ];

  it.each(TRICKS)('refuses %s', async (path, status, code) => {
    const response = await ask('PUT', path, { body: 'x' });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, code });
    expect(await keysBelow('')).toEqual([]);
  });

  it.each(['a', '0', 'a..b', 'history-2024.csv.gz', 'A'.repeat(128)])('takes the name %s', async (name) => {
    expect((await ask('PUT', `/uploads/${name}`, { body: 'x' })).status).toBe(202);
    expect(await keysBelow('')).toEqual([`uploads/${name}`]);
  });

  const stream = () => new ReadableStream({ pull: (controller) => controller.close() });

  it.each([
    ['without a length', { body: stream() }, 411, 'length_required'],
    ['in chunks', { body: 'x', headers: { 'transfer-encoding': 'chunked' } }, 411, 'length_required'],
    ['without a byte', { headers: { 'content-length': '0' } }, 400, 'empty_body'],
    ['too large', { body: 'x', headers: { 'content-length': '100000001' } }, 413, 'body_too_large'],
  ] as [string, RequestInit, number, string][])('refuses a body %s', async (_, init, status, code) => {
    const response = await ask('PUT', '/uploads/a.csv', init);
    expect(await response.json()).toMatchObject({ status, code });
    expect(await keysBelow('')).toEqual([]);
  });

  it.each(['bucket', 'events'] as const)('answers 503 when the %s is away', async (part) => {
    const away = () => Promise.reject(new Error('away'));
    const broken = { put: away, head: away, list: away, send: away };
    const using = { ...silent(), [part]: broken } as unknown as Ingestion;
    const response = await ask('PUT', '/uploads/a.csv', { body: 'x' }, using);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({ status: 503, code: 'storage_unavailable' });
    if (part === 'bucket') {
      expect((await ask('GET', '/uploads', {}, using)).status).toBe(503);
      expect((await ask('DELETE', '/uploads/a.csv', {}, using)).status).toBe(503);
    }
  });
});

describe('DELETE /uploads/NAME', () => {
  it('takes the file out of the bucket and tells the queue', async () => {
    await drop('a.csv');
    const using = silent();
    expect((await ask('DELETE', '/uploads/a.csv', {}, using)).status).toBe(204);
    expect(using.sent).toMatchObject([{ action: 'DeleteObject', object: { key: 'uploads/a.csv' } }]);
    expect(await keysBelow('')).toEqual([]);
    expect((await ask('DELETE', '/uploads/a.csv')).status).toBe(404);
    expect((await ask('DELETE', '/uploads/..%2fa.csv')).status).toBe(400);
  });
});

describe('what operators see', () => {
  it('are the uploads, those in quarantine, and the runs with their steps', async () => {
    await drop('a.csv');
    await dropAs('poison.csv', 'nonsense');
    const { id } = await deliver(message('a.csv'));
    const known = { size: expect.any(Number), etag: expect.any(String), uploaded_at: expect.any(String) };
    expect(await (await ask('GET', '/uploads')).json()).toEqual({
      uploads: [
        {
          ...known,
          name: 'a.csv',
          by: null,
          reason: null,
          state: 'joined',
          reasons: [],
          changes: null,
          rows_read: 60,
          rows_kept: expect.any(Number),
          first_timestamp: expect.stringMatching(/^2018-07-\d\dT10:00:00Z$/),
          last_timestamp: expect.stringMatching(/^2018-07-\d\dT10:00:00Z$/),
          run: id,
        },
        {
          ...known,
          name: 'poison.csv',
          by: null,
          reason: null,
          state: 'unreadable',
          reasons: [expect.stringContaining('column')],
          changes: null,
          rows_read: null,
          rows_kept: null,
          first_timestamp: null,
          last_timestamp: null,
          run: null,
        },
      ],
    });
    const { runs } = await (await ask('GET', '/runs')).json();
    expect(runs).toMatchObject([{ id, state: 'published', counts: { files: 2, quarantined: 1 } }]);
    expect(await (await ask('GET', `/runs/${id}`)).json()).toMatchObject({
      ...runs[0],
      steps: expect.any(Array),
    });
    for (const other of ['run-00000009-00000000', 'state', '..%2fstate', `${id}/x`]) {
      expect((await ask('GET', `/runs/${other}`)).status).toBe(404);
    }
  });

  it('POST /runs starts a run, with force past the guards', async () => {
    await drop('a.csv');
    const response = await ask('POST', '/runs?force=true');
    expect(response.status).toBe(202);
    const { id } = await response.json();
    expect(await ingestion().sequencer.run(id)).toMatchObject({
      force: true,
      because: ['POST /runs?force=true'],
    });
    await deliver();
  });

  it('is nothing without the secret', async () => {
    const headers = { authorization: 'Bearer undefined' };
    const response = await exports.default.fetch('http://localhost/runs', { headers });
    expect([response.status, (await response.json()) as object]).toMatchObject([
      403,
      { code: 'admin_closed' },
    ]);
  });
});
