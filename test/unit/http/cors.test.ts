import { describe, expect, it } from 'vitest';
import { readOrigins } from '../../../src/http/cross-origin.ts';
import { GOOD, type Service, service } from '../../support/service.ts';

const SHOP = 'https://shop.example';
const PREFLIGHT = { origin: SHOP, 'access-control-request-method': 'POST' };
const OPEN = ['/voucher', '/vouchers', '/artifact', '/artifact/segments', '/health', '/ready'];
const FOR_OPERATORS = ['/versions', '/rollback', '/uploads', '/uploads/june.csv', '/runs', '/runs/run-1'];

const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');
const preflight = ({ send }: Service, path: string, headers: Record<string, string> = PREFLIGHT) =>
  send('OPTIONS', path, { headers });

describe('CORS_ORIGINS', () => {
  it.each([
    [undefined, []],
    ['', []],
    [' , ', []],
    ['*', ['*']],
    [`${SHOP}, http://localhost:3000`, [SHOP, 'http://localhost:3000']],
  ])('%j is %j', (text, origins) => {
    expect(readOrigins(text, undefined)).toEqual(origins);
  });

  it.each([
    ['https://shop.example/', undefined, 'did you mean https://shop.example?'],
    ['https://shop.example/path', undefined, 'without a path'],
    ['HTTPS://Shop.example', undefined, 'did you mean https://shop.example?'],
    ['https://shop.example:443', undefined, 'did you mean https://shop.example?'],
    ['shop.example', undefined, 'expected an origin such as https://shop.example'],
    ['https://*.shop.example', undefined, 'expected an origin'],
    ['file:///x', undefined, 'expected an origin'],
    ['null', undefined, '"null" is the origin of every sandboxed page'],
    ['*', 'a-key', 'which API_KEYS forbids'],
    [`${SHOP},*`, 'a-key', 'which API_KEYS forbids'],
  ])('%j with keys %j is refused: %s', (text, keys, sentence) => {
    expect(() => readOrigins(text, keys)).toThrow(sentence);
    expect(() => readOrigins(text, keys)).toThrow('CORS_ORIGINS: ');
  });
});

describe('a service without CORS_ORIGINS', () => {
  it('refuses a preflight as any other method, and allows no origin', async () => {
    const shipped = await service();
    for (const path of OPEN) {
      const refused = await preflight(shipped, path);
      expect([path, refused.status, allowed(refused)]).toEqual([path, 405, null]);
    }
    const answer = await shipped.send('POST', '/voucher', { json: GOOD, headers: { origin: SHOP } });
    expect([answer.status, allowed(answer), answer.headers.get('vary')]).toEqual([200, null, null]);
  });
});

describe('a service with CORS_ORIGINS', async () => {
  const open = await service(undefined, { origins: [SHOP], adminToken: 'token' });

  it.each(OPEN)('answers the preflight of %s with the methods of the route', async (path) => {
    const answer = await preflight(open, path);
    expect([answer.status, allowed(answer)]).toEqual([204, SHOP]);
    expect(answer.headers.get('access-control-allow-methods')).toBe(
      path.startsWith('/voucher') ? 'POST' : 'GET',
    );
    expect(answer.headers.get('access-control-allow-headers')).toContain('x-api-key');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it('allows the origin of an answer and of a refusal, and no other origin', async () => {
    for (const [json, status] of [
      [GOOD, 200],
      [{}, 422],
    ] as const) {
      const answer = await open.send('POST', '/voucher', { json, headers: { origin: SHOP } });
      expect([answer.status, allowed(answer)]).toEqual([status, SHOP]);
      expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      const other = await open.send('POST', '/voucher', {
        json,
        headers: { origin: 'https://other.example' },
      });
      expect([other.status, allowed(other), other.headers.get('vary')]).toEqual([status, null, 'Origin']);
    }
  });

  it.each(FOR_OPERATORS)('never allows %s, not by its preflight and not by its answer', async (path) => {
    const refused = await preflight(open, path);
    expect([refused.status, allowed(refused)]).toEqual([405, null]);
    const headers = { origin: SHOP, authorization: 'Bearer token' };
    expect(allowed(await open.send('GET', path, { headers }))).toBeNull();
  });

  it('refuses an OPTIONS that is no preflight, and a path that is not there', async () => {
    expect((await preflight(open, '/voucher', { origin: SHOP })).status).toBe(405);
    expect((await preflight(open, '/nowhere')).status).toBe(404);
  });

  it('lets every origin in for *, without telling caches to keep origins apart', async () => {
    const anyone = await service(undefined, { origins: ['*'] });
    const answer = await anyone.send('POST', '/voucher', { json: GOOD, headers: { origin: SHOP } });
    expect([allowed(answer), answer.headers.get('vary')]).toEqual(['*', null]);
  });
});
