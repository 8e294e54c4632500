import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Ingestion } from '../../src/ingest/ingestion.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { withRoutes } from '../../src/routes/ingestion.ts';
import { bundledStore } from '../../src/store/bundled.ts';
import { afresh, ingestion } from './support/pipeline.ts';

afresh();

async function ask(
  method: string,
  init: RequestInit = {},
  using: Ingestion = ingestion(),
): Promise<Response> {
  const app = createApp({
    store: bundledStore(null),
    clock: systemClock,
    log: () => {},
    adminToken: 'token',
    // No message goes on, so that no run starts.
    ingestion: withRoutes({ ...using, events: { send: async () => undefined } }),
  });
  const headers = new Headers({ authorization: 'Bearer token', ...(init.headers as object) });
  if (typeof init.body === 'string') headers.set('content-length', String(init.body.length));
  return app.request('http://localhost/uploads/a.csv', { ...init, method, headers });
}

const put = async (body: string, headers: Record<string, string> = {}) => {
  const response = await ask('PUT', { body, headers });
  return { status: response.status, answer: (await response.json()) as { etag: string; code?: string } };
};
const held = async () => (await ingestion().bucket.get('uploads/a.csv'))?.text();

describe('a conditional upload', () => {
  it('with If-None-Match: * is stored only where there is no file of its name', async () => {
    expect((await put('first', { 'if-none-match': '*' })).status).toBe(202);
    expect(await put('second', { 'if-none-match': '*' })).toMatchObject({
      status: 412,
      answer: { code: 'precondition_failed' },
    });
    expect(await held()).toBe('first');
  });

  it('with If-Match replaces the file that the client knows, and no other', async () => {
    const { etag } = (await put('first')).answer;
    expect((await put('second', { 'if-match': '"another"' })).status).toBe(412);
    expect((await put('second', { 'if-match': `"x", "${etag}"` })).status).toBe(202);
    expect((await put('third', { 'if-match': `"${etag}"` })).status).toBe(412);
    expect(await held()).toBe('second');
  });

  it('with If-Match: * replaces a file, and makes none', async () => {
    expect((await put('first', { 'if-match': '*' })).status).toBe(412);
    expect(await held()).toBeUndefined();
  });

  it('is held to its condition by the bucket, too: of two that found the name free one is stored', async () => {
    const { bucket, ...rest } = ingestion();
    const using: Ingestion = {
      ...rest,
      bucket: {
        head: (key) => bucket.head(key),
        get: (key) => bucket.get(key),
        delete: (keys) => bucket.delete(keys),
        list: (options) => bucket.list(options),
        async put(key, value, options) {
          await bucket.put(key, 'faster');
          return bucket.put(key, value, options);
        },
      },
    };
    const slower = await ask('PUT', { body: 'slower', headers: { 'if-none-match': '*' } }, using);
    expect(slower.status).toBe(412);
    expect(await held()).toBe('faster');
  });

  it('DELETE with If-Match takes out the file that the client knows, and no other', async () => {
    const { etag } = (await put('first')).answer;
    expect((await ask('DELETE', { headers: { 'if-match': '"another"' } })).status).toBe(412);
    expect(await held()).toBe('first');
    expect((await ask('DELETE', { headers: { 'if-match': `"${etag}"` } })).status).toBe(204);
  });
});
