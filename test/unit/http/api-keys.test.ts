import { describe, expect, it } from 'vitest';
import type { AppOptions } from '../../../src/app.ts';
import { addressKey } from '../../../src/http/caller.ts';
import { GOOD, service } from '../../support/service.ts';

const TOKEN = 'correct-horse-battery-staple';
const OLD_KEY = 'key-of-spring-4d1f';
const NEW_KEY = 'key-of-autumn-9c2e';
const SECRETS = [TOKEN, OLD_KEY, NEW_KEY, GOOD.customer_id];

const ADMIN_ROUTES = [
  ['GET', '/uploads'],
  ['PUT', '/uploads/a.csv'],
  ['DELETE', '/uploads/a.csv'],
  ['GET', '/runs'],
  ['POST', '/runs'],
  ['GET', '/runs/run-1'],
] as const;

/** Sends one request to a service of its own; nothing secret may be in its log. */
async function ask(
  options: Partial<AppOptions>,
  method: string,
  path: string,
  headers: Record<string, string> = {},
) {
  const { send, written } = await service(undefined, options);
  const json = path === '/voucher' ? { json: GOOD } : {};
  const response = await send(method, path, { headers, ...json });
  expect(SECRETS.filter((secret) => written.join().includes(secret))).toEqual([]);
  return response;
}

describe.each(ADMIN_ROUTES)('%s %s', (method, path) => {
  const CHALLENGE = 'Bearer realm="voucher-edge admin"';
  const ANOTHER = `${CHALLENGE}, error="invalid_token"`;

  // RFC 6750 3.1: who sends no token is asked for one, and told of no error.
  it.each<[string, Record<string, string>, string]>([
    ['no token', {}, CHALLENGE],
    ['an empty one', { authorization: 'Bearer ' }, CHALLENGE],
    ['another scheme', { authorization: `Basic ${btoa(`admin:${TOKEN}`)}` }, CHALLENGE],
    ['the token without a scheme', { authorization: TOKEN }, CHALLENGE],
    ['the header of API keys', { 'x-api-key': TOKEN }, CHALLENGE],
    ['a wrong token of the same length', { authorization: `Bearer ${TOKEN.replace(/.$/, 'X')}` }, ANOTHER],
    ['a shorter one', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }, ANOTHER],
    ['a longer one', { authorization: `Bearer ${TOKEN}${TOKEN}` }, ANOTHER],
    ['one of a single letter', { authorization: 'Bearer c' }, ANOTHER],
  ])('refuses %s', async (_, headers, challenge) => {
    const response = await ask({ adminToken: TOKEN }, method, path, headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect(await response.json()).toMatchObject({ code: 'unauthorized' });
  });

  it.each([undefined, '', '  '])('is closed when the secret is %j', async (adminToken) => {
    for (const authorization of ['Bearer ', 'Bearer undefined', 'Bearer  ', `Bearer ${TOKEN}`]) {
      const response = await ask({ adminToken }, method, path, { authorization });
      expect([response.status, (await response.json()).code]).toEqual([403, 'admin_closed']);
    }
  });

  it('lets the token in, and says that this deployment takes no uploads', async () => {
    for (const authorization of [`Bearer ${TOKEN}`, `bearer  ${TOKEN} `]) {
      const response = await ask({ adminToken: `${TOKEN}\n` }, method, path, { authorization });
      expect([response.status, (await response.json()).code]).toEqual([501, 'no_ingestion']);
    }
  });
});

describe('API keys', () => {
  const callers = { keys: ` ${OLD_KEY}, ${NEW_KEY},` };

  it('are not required when none are configured', async () => {
    expect((await ask({}, 'POST', '/voucher')).status).toBe(200);
    expect((await ask({ callers: { keys: '' } }, 'POST', '/voucher')).status).toBe(200);
  });

  it.each([{ 'x-api-key': OLD_KEY }, { 'x-api-key': NEW_KEY }, { authorization: `Bearer ${NEW_KEY}` }])(
    'let in a caller with one: %j',
    async (headers) => {
      expect((await ask({ callers }, 'POST', '/voucher', headers as Record<string, string>)).status).toBe(
        200,
      );
    },
  );

  it.each([
    {},
    { 'x-api-key': '' },
    { 'x-api-key': OLD_KEY.slice(1) },
    { 'x-api-key': `${OLD_KEY},${NEW_KEY}` },
    { authorization: `Basic ${OLD_KEY}` },
    { authorization: 'Bearer undefined' },
  ])('keep out who has none: %j', async (headers) => {
    const response = await ask({ callers }, 'POST', '/voucher', headers as Record<string, string>);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="voucher-edge"');
    expect(await response.json()).toMatchObject({ code: 'unauthorized' });
  });

  it('keep everybody out when there is nothing but commas', async () => {
    const response = await ask({ callers: { keys: ' , ' } }, 'POST', '/voucher', { 'x-api-key': '' });
    expect(response.status).toBe(401);
  });

  it('are not asked for by what probes ask', async () => {
    for (const path of ['/health', '/ready']) expect((await ask({ callers }, 'GET', path)).status).toBe(200);
  });
});

describe('the rate limit', () => {
  function limiter(success: boolean) {
    const asked: string[] = [];
    return {
      asked,
      limit: async ({ key }: { key: string }) => {
        asked.push(key);
        return { success };
      },
    };
  }

  it('answers 429 with Retry-After beyond it', async () => {
    const response = await ask({ callers: { limiter: limiter(false) } }, 'POST', '/voucher');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await response.json()).toMatchObject({ code: 'rate_limited' });
  });

  it('counts by address, or by key where there are keys, and never tells the key', async () => {
    const byAddress = limiter(true);
    await ask({ callers: { limiter: byAddress } }, 'POST', '/voucher', { 'cf-connecting-ip': '192.0.2.7' });
    const byKey = limiter(true);
    const callers = { keys: `${OLD_KEY},${NEW_KEY}`, limiter: byKey };
    await ask({ callers }, 'POST', '/voucher', { 'x-api-key': NEW_KEY, 'cf-connecting-ip': '192.0.2.7' });
    await ask({ callers }, 'POST', '/voucher', { 'x-api-key': 'guessed' });
    expect([byAddress.asked, byKey.asked]).toEqual([['address:192.0.2.7'], ['key:1']]);
  });

  it('lets requests pass when it does not answer', async () => {
    const broken = { limit: () => Promise.reject(new Error('away')) };
    expect((await ask({ callers: { limiter: broken } }, 'POST', '/voucher')).status).toBe(200);
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['2a00::1:2:3:4:5', '2a00:0:0:1'],
    ['2a00:0:0:1:2:3:4:5', '2a00:0:0:1'],
    ['1::', '1:0:0:0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4'],
    ['192.0.2.7', '192.0.2.7'],
  ])('takes %s for one of %s', (address, expected) => {
    expect(addressKey(address)).toBe(`address:${expected}`);
  });
});
