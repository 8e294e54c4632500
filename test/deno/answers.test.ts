import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import { artifactGiving } from '../support/artifacts.ts';
import { type DenoServer, startService } from './support.ts';
import { send } from './wire.ts';

let server: DenoServer;
beforeAll(async () => {
  server = await startService();
});
afterAll(() => server?.stop());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  send(server.origin, { method, path, headers });

describe('HEAD on Deno', () => {
  it.each([
    '/artifact',
    '/artifact/segments',
    '/ready',
    '/health',
    '/',
    '/docs',
    '/openapi.json',
    '/nowhere',
  ])('of %s has the headers and the length of GET, as it is and compressed', async (path) => {
    for (const coding of ['identity', 'gzip']) {
      const headers = { 'accept-encoding': coding, 'x-request-id': 'same' };
      const whole = await fetch(server.origin + path, { headers });
      const length = whole.headers.get('content-length');
      await whole.body?.cancel();
      const head = await get(path, headers, 'HEAD');
      expect([head.status, head.body, head.headers['content-length']]).toEqual([whole.status, '', length]);
      expect(Number(length)).toBeGreaterThan(0);
      expect(head.headers['content-encoding'] ?? null).toBe(whole.headers.get('content-encoding'));
    }
  });
});

describe('large answers on Deno', () => {
  it.each(['/artifact/segments', '/docs', '/console.js'])(
    '%s is compressed for a client that takes it',
    async (path) => {
      const plain = await get(path, { 'accept-encoding': 'identity' });
      const packed = await get(path, { 'accept-encoding': 'br;q=1, gzip;q=0.5' });
      expect(packed.headers['content-encoding']).toBe('gzip');
      expect(plain.headers).not.toHaveProperty('content-encoding');
      expect(packed.body).toBe(plain.body);
      expect([plain.headers.vary, packed.headers.vary]).toEqual(['accept-encoding', 'accept-encoding']);
      expect(packed.headers.etag).toBe(plain.headers.etag);
      const again = await get(path, { 'accept-encoding': 'gzip', 'if-none-match': plain.headers.etag ?? '' });
      expect([again.status, again.body]).toEqual([304, '']);
    },
  );

  it('small ones are not', async () => {
    expect((await get('/health', { 'accept-encoding': 'gzip' })).headers).not.toHaveProperty(
      'content-encoding',
    );
  });

  it('a batch is', async () => {
    const one = { customer_id: 1, country_code: 'Peru', total_orders: 5, segment_name: 'frequency_segment' };
    const body = gzipSync(JSON.stringify(Array(100).fill(one)));
    const headers = {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'accept-encoding': 'gzip',
    };
    const {
      status,
      headers: answered,
      body: text,
    } = await send(server.origin, { method: 'POST', path: '/vouchers', headers, body });
    expect([status, answered['content-encoding'], JSON.parse(text).length]).toEqual([200, 'gzip', 100]);
  });
});

describe('ARTIFACT on Deno', () => {
  const versionFrom = async (place: string) => {
    const { origin, stop, output } = await startService({ env: { ARTIFACT: place } });
    const asked = fetch(`${origin}/ready`).then((response) => response.json());
    // The log is written before the process ends.
    const ready = (await asked.finally(stop)) as { version: string; origin: string };
    return { ...ready, log: output().out };
  };

  it('may be a file URL, with percent-encoded characters', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-place-'));
    try {
      const artifact = await artifactGiving(10);
      await mkdir(join(folder, 'my artifacts'));
      const path = join(folder, 'my artifacts', 'current.json');
      await writeFile(path, artifact.texts.table);
      expect(await versionFrom(pathToFileURL(path).href)).toMatchObject({
        version: artifact.version,
        origin: 'file',
      });
      expect(await versionFrom(path)).toMatchObject({ version: artifact.version, origin: 'file' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('may have its scheme in capitals', async () => {
    // Nothing listens there: what is bundled is served, and the fault names a URL as the origin.
    const { version, log } = await versionFrom('HTTP://127.0.0.1:9/current.json');
    expect(version).toBe(bundled.version);
    expect(log).toContain('cannot be had from url');
  });

  it.each(['s3://bucket/current.json', 'file://elsewhere/current.json'])(
    'may not be %s: such a service does not start',
    async (place) => {
      await expect(startService({ env: { ARTIFACT: place } })).rejects.toThrow(/ARTIFACT: expected /);
    },
  );
});
