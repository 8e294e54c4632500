import { describe, expect, it } from 'vitest';
import { tableKey } from '../../../src/core/publish/bodies.ts';
import { change, publish } from '../../../src/core/publish/publish.ts';
import { artifactGiving, storeOf } from '../../support/artifacts.ts';
import { type MemoryKv, memoryKv } from '../../support/memory-kv.ts';
import { MOMENT, service } from '../../support/service.ts';

const MANY = { rows: 40 };
const [ten, hundred] = await Promise.all([artifactGiving(10, MANY), artifactGiving(100, MANY)]);
const at = (minutes: number) => ({ by: 'ana', now: MOMENT - 3_600_000 + minutes * 60_000 });

async function published(keys?: string) {
  const kv = memoryKv();
  await publish(kv, ten, at(0));
  await publish(kv, hundred, at(1));
  return { kv, ...(await asking(kv, keys)) };
}

async function asking(kv: MemoryKv | undefined, keys?: string) {
  const { send } = await service(storeOf(hundred), {
    kv,
    adminToken: 'token',
    ...(keys !== undefined && { callers: { keys } }),
  });
  return {
    get: async (path: string, headers: Record<string, string> = {}) => {
      const response = await send('GET', path, { headers });
      return { status: response.status, body: await response.json() };
    },
  };
}

type Verdict = { guard: string; passes: boolean | null; message: string | null };
const verdictOf = (guards: Verdict[], guard: string) => guards.find((verdict) => verdict.guard === guard);

describe('GET /guards', () => {
  it('tells without a token what each guard says of what is live', async () => {
    const { get } = await published();
    const { status, body } = await get('/guards');
    expect({ status, version: body.version, before: body.before }).toEqual({
      status: 200,
      version: hundred.version,
      before: ten.version,
    });
    expect(verdictOf(body.guards, 'largest_amount_change')).toEqual({
      guard: 'largest_amount_change',
      limit: 0.5,
      passes: false,
      message: expect.stringContaining('would get 100 instead of 10'),
    });
    expect(verdictOf(body.guards, 'largest_share_dropped')).toMatchObject({ passes: true, message: null });
    expect(verdictOf(body.guards, 'smallest_cell')).toBeUndefined();
  });

  it('wants a key where callers of POST /voucher need one', async () => {
    const { get } = await published('a-key');
    for (const path of ['/guards', '/versions/diff']) {
      expect((await get(path)).status).toBe(401);
      expect((await get(path, { 'x-api-key': 'wrong' })).status).toBe(401);
      expect((await get(path, { 'x-api-key': 'a-key' })).status).toBe(200);
    }
  });

  it.each([
    ['without versions', async () => undefined],
    ['before anything is published', async () => memoryKv()],
    [
      'when the version before is pruned',
      async () => {
        const { kv } = await published();
        kv.values.delete(tableKey(ten.version));
        return kv;
      },
    ],
  ])('says of what compares that it was not compared, %s', async (_, store) => {
    const { status, body } = await (await asking(await store())).get('/guards');
    expect({ status, version: body.version, before: body.before }).toEqual({
      status: 200,
      version: hundred.version,
      before: null,
    });
    expect(verdictOf(body.guards, 'largest_amount_change')).toMatchObject({ passes: null, message: null });
    expect(verdictOf(body.guards, 'largest_share_imputed')).toMatchObject({ passes: true });
  });

  it('compares with another version after a hold and a release, and with what was left after a roll-back', async () => {
    const { kv, get } = await published();
    await change(kv, { action: 'hold', version: null }, at(2));
    expect((await get('/guards')).body.before).toBe(ten.version);
    await change(kv, { action: 'release', version: null }, at(3));
    expect((await get('/guards')).body.before).toBe(ten.version);
    await change(kv, { action: 'rollback', version: null }, at(4));
    expect((await get('/guards')).body).toMatchObject({ version: ten.version, before: hundred.version });
  });

  it('reads the two versions once, however many ask', async () => {
    const { kv, get } = await published();
    const read: string[] = [];
    const original = kv.get.bind(kv);
    kv.get = (key) => {
      read.push(key);
      return original(key);
    };
    for (let request = 0; request < 5; request++) expect((await get('/guards')).status).toBe(200);
    expect(read.filter((key) => key.startsWith('artifact:'))).toHaveLength(1);
  });
});

describe('GET /versions/diff', () => {
  it('compares what is live with what was before, without a token', async () => {
    const { get } = await published();
    const { status, body } = await get('/versions/diff');
    const query = `?from=${ten.version}&to=${hundred.version}`;
    const asked = await get(`/versions/diff${query}`, { authorization: 'Bearer token' });
    expect({ status, body }).toEqual(asked);
    expect(body.objections).not.toHaveLength(0);
  });

  it('of two versions that are named is for operators', async () => {
    const { get } = await published();
    for (const query of [`?from=${ten.version}&to=${hundred.version}`, `?from=${ten.version}`, '?']) {
      expect([query, (await get(`/versions/diff${query}`)).status]).toEqual([
        query,
        query === '?' ? 200 : 401,
      ]);
    }
  });

  it('says that nothing was live before', async () => {
    const kv = memoryKv();
    await publish(kv, hundred, at(0));
    expect(await (await asking(kv)).get('/versions/diff')).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect((await (await asking(memoryKv())).get('/versions/diff')).status).toBe(409);
    expect((await (await asking(undefined)).get('/versions/diff')).status).toBe(501);
  });
});
