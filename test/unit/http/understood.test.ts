import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { cors } from 'hono/cors';
import { describe, expect, it } from 'vitest';
import { TIME_PATTERN } from '../../../build/openapi/document.ts';
import { createApp } from '../../../src/app.ts';
import { parseTime } from '../../../src/core/time.ts';
import { goldenStore } from '../../support/golden.ts';
import { memoryKv } from '../../support/memory-kv.ts';
import { runs } from '../../support/runs.ts';
import { GOOD, MOMENT, service } from '../../support/service.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const COTE = JSON.stringify({ ...GOOD, country_code: "C\xf4te d'Ivoire" });

async function ask(
  path: string,
  body: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string> = JSON_TYPE,
) {
  const { send } = await service();
  const response = await send('POST', path, { body, headers });
  return { status: response.status, headers: response.headers, answer: await response.json() };
}

describe('text that is not UTF-8', () => {
  it.each([
    ['/voucher', COTE],
    ['/vouchers', `[${COTE}]`],
  ])('is refused by POST %s, with or without a charset', async (path, text) => {
    expect(await ask(path, latin1(text))).toMatchObject({ status: 400, answer: { code: 'malformed_json' } });
    const type = { 'content-type': 'application/json; charset=iso-8859-1' };
    expect(await ask(path, latin1(text), type)).toMatchObject({
      status: 415,
      answer: { code: 'unsupported_media_type', detail: expect.stringContaining('UTF-8') },
    });
  });

  it.each(['utf-8', '"UTF-8"', 'utf8', 'us-ascii'])('is not what charset=%s says', async (charset) => {
    const type = { 'content-type': `application/json; charset=${charset}` };
    expect((await ask('/voucher', JSON.stringify(GOOD), type)).status).toBe(200);
  });

  it.each([
    ['/voucher', (entry: string) => entry],
    ['/vouchers', (entry: string) => `[${entry}]`],
  ])('is also a U+FFFD that a client sends to POST %s: its text was damaged before', async (path, wrap) => {
    const answered = await ask(path, wrap(JSON.stringify({ ...GOOD, country_code: 'C\ufffdte' })));
    expect(answered).toMatchObject({
      status: 400,
      answer: { code: 'malformed_json', detail: expect.stringContaining('without U+FFFD') },
    });
  });

  it('is found at each length that a cut character can have', async () => {
    for (const bytes of [
      [0xe9],
      [0xc3],
      [0xe2, 0x82],
      [0xf0, 0x9f],
      [0xf0, 0x9f, 0x98],
      [0xff, 0xfe, 0xfd],
      [0xed, 0xa0, 0x80],
    ]) {
      const cut = String.fromCharCode(...bytes);
      expect(await ask('/voucher', latin1(JSON.stringify({ ...GOOD, country_code: cut })))).toMatchObject({
        status: 400,
        answer: { code: 'malformed_json' },
      });
    }
  });
});

describe('media types', () => {
  it.each(['application/vnd.a+b+json', 'application/ld+json', 'application/vnd.x1_y!z+json;q=1'])(
    '%s is JSON',
    async (type) => {
      expect((await ask('/voucher', JSON.stringify(GOOD), { 'content-type': type })).status).toBe(200);
    },
  );

  it.each([
    'application/+json',
    'application/jsonp',
    'text/json',
    'application/a b+json',
    'application/json5',
  ])('%s is not JSON', async (type) => {
    expect((await ask('/voucher', JSON.stringify(GOOD), { 'content-type': type })).status).toBe(415);
  });

  it('an empty content-type is missing, on every runtime', async () => {
    const { answer } = await ask('/voucher', JSON.stringify(GOOD), { 'content-type': '' });
    expect(answer).toMatchObject({
      status: 415,
      detail: 'expected content-type application/json, got none',
    });
  });
});

describe('content-encoding', () => {
  const packed = (text: string) => new Uint8Array(gzipSync(text));
  const coded = (coding: string) => ({ ...JSON_TYPE, 'content-encoding': coding });

  it.each(['gzip', 'GZIP', 'x-gzip'])('%s is read', async (coding) => {
    const single = await ask('/voucher', packed(JSON.stringify(GOOD)), coded(coding));
    expect(single).toMatchObject({ status: 200, answer: { segment: '14-37' } });
    const batch = await ask('/vouchers', packed(JSON.stringify([GOOD, GOOD])), coded(coding));
    expect(batch.answer).toHaveLength(2);
  });

  it.each(['br', 'deflate', 'zstd', 'gzip, gzip', 'utf-8'])(
    '%s is refused, and gzip offered',
    async (coding) => {
      for (const path of ['/voucher', '/vouchers']) {
        const refused = await ask(path, JSON.stringify(GOOD), coded(coding));
        expect([refused.status, refused.headers.get('accept-encoding')]).toEqual([415, 'gzip']);
      }
    },
  );

  it('gzip may not hide a body that is too large', async () => {
    const bomb = packed(' '.repeat(50_000_000));
    expect(bomb.length).toBeLessThan(64 * 1024);
    expect(await ask('/voucher', bomb, coded('gzip'))).toMatchObject({
      status: 413,
      answer: { code: 'body_too_large' },
    });
  });

  it('gzip is refused where the body is not', async () => {
    expect(await ask('/voucher', JSON.stringify(GOOD), coded('gzip'))).toMatchObject({
      status: 400,
      answer: { code: 'malformed_json' },
    });
  });
});

describe('parameters', () => {
  const admin = async (method: string, path: string) => {
    const { send } = await service(undefined, { adminToken: 'a', kv: memoryKv() });
    return await send(method, path, { headers: { authorization: 'Bearer a' } });
  };

  it.each(['1', 'TRUE', '', 'yes', 'true&explain=true'])('?explain=%s is refused', async (value) => {
    expect(await ask(`/voucher?explain=${value}`, JSON.stringify(GOOD))).toMatchObject({
      status: 422,
      answer: {
        code: 'invalid_request',
        errors: [{ path: 'explain', message: expect.stringMatching(/^expected /) }],
      },
    });
  });

  it('?explain=false is a plain answer', async () => {
    expect((await ask('/voucher?explain=false', JSON.stringify(GOOD))).answer).not.toHaveProperty('explain');
  });

  it('?explain is refused for a batch', async () => {
    expect((await ask('/vouchers?explain=true', JSON.stringify([GOOD]))).status).toBe(422);
  });

  it('?trend=1 is refused', async () => {
    const { send } = await service();
    expect((await send('GET', '/artifact/segments?trend=1')).status).toBe(422);
  });

  it.each([
    ['GET', '/versions?limit=5'],
    ['GET', '/versions/diff?from=0000000000000000&to=0000000000000000&too=x'],
    ['POST', '/rollback?version=0000000000000000'],
  ])('%s %s has a parameter that no one reads, and is refused', async (method, path) => {
    const response = await admin(method, path);
    expect(response.status).toBe(422);
    expect((await response.json()).detail).toMatch(/there is no parameter of this name/);
  });
});

describe('the key of callers', () => {
  it('guards GET /artifact/segments, which has every amount', async () => {
    const { send } = await service(undefined, { callers: { keys: 'k' } });
    expect((await send('GET', '/artifact/segments')).status).toBe(401);
    expect((await send('GET', '/artifact/segments', { headers: { 'x-api-key': 'k' } })).status).toBe(200);
    expect((await send('GET', '/artifact')).status).toBe(200);
  });
});

describe('middleware', () => {
  it('goes in front of routes, pages, refusals and unknown paths, though it is added last', async () => {
    const app = createApp({
      store: await goldenStore(),
      clock: { now: () => MOMENT, elapsed: () => 0 },
      log: () => {},
      pages: { paths: ['/'], answer: () => new Response('page') },
    });
    app.use('*', cors({ origin: 'https://shop.example' }));
    const headers = { ...JSON_TYPE, origin: 'https://shop.example' };
    const asked: [path: string, init: RequestInit][] = [
      ['/voucher', { method: 'POST', body: JSON.stringify(GOOD) }],
      ['/voucher', {}],
      ['/nowhere', {}],
      ['/', {}],
      ['/runs/1', { method: 'HEAD' }],
    ];
    const answers = await Promise.all(asked.map(([path, init]) => app.request(path, { ...init, headers })));
    expect(answers.map(({ status }) => status)).toEqual([200, 405, 404, 200, 403]);
    for (const { headers } of answers)
      expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
    const preflight = await app.request('/voucher', {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
  });

  it('of a part of the paths leaves the others alone', async () => {
    const app = createApp({
      store: await goldenStore(),
      clock: { now: () => MOMENT, elapsed: () => 0 },
      log: () => {},
    });
    app.use('/artifact/*', async () => new Response('not yours', { status: 403 }));
    const statuses = ['/artifact', '/artifact/segments', '/artifacts', '/health'].map(
      async (path) => (await app.request(path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([403, 403, 404, 200]);
  });
});

describe('the pattern that the reference gives for times', () => {
  it('lets everything pass that the service reads', () => {
    const part = fc.constantFrom(
      '2026',
      '-',
      '/',
      '01',
      '31',
      ' ',
      'T',
      '10',
      ':',
      '59',
      '.123',
      'Z',
      '+02:00',
      '1',
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 14 }).map((parts) => parts.join('')),
        (text) => {
          if (parseTime(text.trim()) !== null) expect(text).toMatch(new RegExp(TIME_PATTERN));
        },
      ),
      { numRuns: runs(1000) },
    );
    for (const text of [
      '2026-01-31',
      ' 2026-01-31T10:59:01.5+02:00 ',
      '2026-01-31 10:59Z',
      '2026-01-31T10:59+01:00[Europe/Berlin]',
    ])
      expect([parseTime(text.trim()) !== null, new RegExp(TIME_PATTERN).test(text)]).toEqual([true, true]);
  });

  it.each(['', 'yesterday', '2026-1-1', '01.05.2026', '1700000000', '2026-01-01 10:00 PM'])(
    'does not let %j pass',
    (text) => expect(text).not.toMatch(new RegExp(TIME_PATTERN)),
  );
});
