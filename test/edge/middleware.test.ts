import { timing } from 'hono/timing';
import { expect, it } from 'vitest';
import { workerApp } from '../../src/worker-app.ts';

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
