import { get, type IncomingMessage } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { CONSOLE_PATHS } from '../../src/pages/console-paths.ts';
import { FIRST_REQUEST, goldenRequest } from '../support/golden.ts';
import { goldenSuite } from '../support/golden-suite.ts';
import { serveWithDeno, startService } from './support.ts';

const [golden, service] = await Promise.all([serveWithDeno('test/deno/serve.ts'), startService()]);
afterAll(() => golden.stop());

goldenSuite('Deno', async (testCase) => {
  const { path, init } = goldenRequest(testCase);
  return fetch(`${golden.origin}${path}`, init);
});

it("answers the first system's own request from the bundled artifact, and logs it before it ends", async () => {
  const response = await fetch(`${service.origin}/voucher`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'from-a-test' },
    body: JSON.stringify(FIRST_REQUEST),
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ voucher_amount: expect.any(Number), segment: '181+' });

  expect(await service.stop()).toBe(143);
  expect(service.output().err).not.toMatch(/error|denied/i);
  expect(JSON.parse(service.output().out)).toMatchObject({
    'http.request.id': 'from-a-test',
    'http.response.status_code': 200,
  });
});

it('answers whatever host a client names that could be no part of a path', async () => {
  const { origin, stop } = await startService();
  try {
    for (const host of ['l:99999', '[::1', '%zz', 'xn--']) {
      for (const [path, type] of [
        ['/health', 'application/json'],
        ['/', 'text/html; charset=utf-8'],
      ] as const) {
        const { statusCode, headers } = await new Promise<IncomingMessage>((resolve, reject) => {
          get(origin + path, { headers: { host } }, resolve).on('error', reject);
        }).then((response) => response.resume());
        expect([host, path, statusCode, headers['content-type']]).toEqual([host, path, 200, type]);
      }
    }
  } finally {
    await stop();
  }
});

it('serves the console where it may read it, and refuses other methods there as everywhere', async () => {
  const { origin, stop } = await startService();
  try {
    for (const path of CONSOLE_PATHS) {
      const page = await fetch(origin + path);
      expect([page.status, page.headers.has('content-security-policy')]).toEqual([200, true]);
      await page.body?.cancel();
      const refused = await fetch(origin + path, { method: 'POST' });
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      expect(await refused.json()).toMatchObject({ code: 'method_not_allowed' });
    }
  } finally {
    await stop();
  }
});

it('does not start with invalid origins, and says what is wrong', async () => {
  const started = startService({ env: { CORS_ORIGINS: 'https://shop.example/path' } });
  await expect(started).rejects.toThrow('CORS_ORIGINS: expected an origin such as https://shop.example');
});
