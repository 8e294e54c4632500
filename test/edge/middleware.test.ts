import { timing } from 'hono/timing';
import { expect, it } from 'vitest';
import whole from '../../src/worker.ts';
import { workerApp } from '../../src/worker-app.ts';
import core from '../../src/worker-core.ts';

it.each([
  ['/', 200],
  ['/console.css', 200],
  ['/health', 200],
  ['/voucher', 405],
  ['/runs/1', 403],
  ['/nowhere', 404],
])('middleware that changes headers works in front of the Worker: %s', async (path, status) => {
  const app = workerApp();
  app.use('*', timing());
  const plain = await workerApp().request(path);
  const timed = await app.request(path);
  expect(timed.status).toBe(status);
  expect(timed.headers.get('server-timing')).toMatch(/^total;dur=/);
  expect(timed.headers.get('content-type')).toBe(plain.headers.get('content-type'));
  expect(timed.headers.get('etag')).toBe(plain.headers.get('etag'));
});

it('a page that has not changed is answered with 304 behind middleware that changes headers', async () => {
  const app = workerApp();
  app.use('*', timing());
  const etag = (await app.request('/')).headers.get('etag') ?? '';
  const unchanged = await app.request('/', { headers: { 'if-none-match': etag } });
  expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);
});

it('the Workers hand on their bindings and their context, which middleware may ask for', async () => {
  const asked = [new Request('http://a.test/health'), { TRACE: 'here' }, CONTEXT] as const;
  // Without middleware no answer shows what is handed on: that both take it is held by their types.
  expect((await whole.fetch(...asked)).status).toBe(200);
  expect((await core.fetch(...asked)).status).toBe(200);
  const app = workerApp();
  app.use('*', async (c, next) => {
    c.executionCtx.waitUntil(Promise.resolve());
    await next();
    c.header('x-trace', (c.env as { TRACE: string }).TRACE);
  });
  expect((await app.fetch(...asked)).headers.get('x-trace')).toBe('here');
});

const CONTEXT = { waitUntil() {}, passThroughOnException() {}, props: {} };
