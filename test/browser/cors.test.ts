import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../support/listen.ts';
import { GOOD } from '../support/service.ts';
import { CHROMIUM, launch, open } from './support/browser.ts';
import { type Server, TOKEN } from './support/server.ts';
import { serve } from './support/site.ts';

const page = async () =>
  new Response('<!doctype html><title>shop</title>', { headers: { 'content-type': 'text/html' } });

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

describe.skipIf(CHROMIUM === null)('a page of another origin (needs Chromium)', () => {
  let shop: Awaited<ReturnType<typeof listen>>;
  let other: Awaited<ReturnType<typeof listen>>;
  let service: Server;
  let browser: Awaited<ReturnType<typeof launch>>;
  beforeAll(async () => {
    [shop, other, browser] = await Promise.all([listen(page), listen(page), launch()]);
    service = await serve({ CORS_ORIGINS: shop.origin, API_KEYS: 'a-key' });
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await Promise.all([shop?.stop(), other?.stop()]);
  });

  /** Calls the service from a page. @returns status, JSON and a header, or the name of what was thrown */
  async function call(origin: string, path: string, init: Sent) {
    const opened = await open(browser, `${origin}/`);
    try {
      return await opened.page.evaluate(
        async ([url, init]) => {
          try {
            const response = await fetch(url, init);
            const id = response.headers.get('x-request-id');
            return { status: response.status, id, json: await response.json() };
          } catch (error) {
            return { thrown: (error as Error).name };
          }
        },
        [`${service.origin}${path}`, init] as const,
      );
    } finally {
      await opened.close();
    }
  }

  const asked = (headers: Record<string, string>, body: unknown = GOOD) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'from-a-page', ...headers },
    body: JSON.stringify(body),
  });

  it('gets vouchers with its key, and problems that it can read', async () => {
    const answer = await call(shop.origin, '/voucher', asked({ 'x-api-key': 'a-key' }));
    expect(answer).toMatchObject({
      status: 200,
      id: 'from-a-page',
      json: { voucher_amount: expect.any(Number) },
    });
    const refused = await call(shop.origin, '/voucher', asked({ 'x-api-key': 'another' }));
    expect(refused).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    expect(await call(shop.origin, '/ready', {})).toMatchObject({ status: 200 });
  });

  it('gets nothing where its origin is not named', async () => {
    expect(await call(other.origin, '/voucher', asked({ 'x-api-key': 'a-key' }))).toEqual({
      thrown: 'TypeError',
    });
    expect(await call(other.origin, '/ready', {})).toEqual({ thrown: 'TypeError' });
  });

  it('never gets what is for operators', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await call(shop.origin, '/versions', { headers })).toEqual({ thrown: 'TypeError' });
  });
});
