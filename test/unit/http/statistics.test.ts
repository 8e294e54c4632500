import { describe, expect, it, vi } from 'vitest';
import { readArtifactFiles } from '../../../build/files/artifact-files.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { decisionTable } from '../../../src/core/decide/decision-table.ts';
import { statisticsKey } from '../../../src/core/publish/bodies.ts';
import { publish } from '../../../src/core/publish/publish.ts';
import { Turns } from '../../../src/http/turns.ts';
import { bundledStore } from '../../../src/store/bundled.ts';
import { artifactGiving, REQUEST, storeOf } from '../../support/artifacts.ts';
import { ofCountries } from '../../support/many-countries.ts';
import { memoryKv } from '../../support/memory-kv.ts';
import { service } from '../../support/service.ts';

const TOKEN = 'a-token-of-32-characters-or-more';
const headers = { authorization: `Bearer ${TOKEN}` };
const [ten, twelve] = await Promise.all([artifactGiving(10), artifactGiving(12)]);

describe('a service whose statistics cannot be read', () => {
  const lost = { ...storeOf(ten), statistics: async () => ({ ok: false, detail: 'they are gone' }) as const };

  it('says so where they are asked for, and answers as before', async () => {
    const { send } = await service(lost);
    const response = await send('GET', '/artifact/segments');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      code: 'statistics_unavailable',
      detail: 'they are gone; answers are not affected',
    });
    expect((await send('GET', '/artifact')).status).toBe(200);
    const answer = await send('POST', '/voucher', { json: REQUEST });
    expect(await answer.json()).toMatchObject({ voucher_amount: 10 });
  });

  it('compares no versions whose statistics are lost', async () => {
    const kv = memoryKv();
    for (const artifact of [ten, twelve])
      await publish(kv, artifact, { by: 'test', now: Date.UTC(2026, 0, 1) });
    const { send } = await service(storeOf(twelve), { kv, adminToken: TOKEN });
    const path = `/versions/diff?from=${ten.version}&to=${twelve.version}`;
    expect((await send('GET', path, { headers })).status).toBe(200);
    kv.values.delete(statisticsKey(ten.version));
    const response = await send('GET', path, { headers });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'statistics_unavailable' });
  });
});

describe('the bundled artifact', () => {
  it('has its statistics read when they are asked for', async () => {
    let reads = 0;
    const store = bundledStore(JSON.parse(ten.texts.table), async () => {
      reads++;
      return ten.texts.statistics;
    });
    const { send } = await service(store);
    await send('POST', '/voucher', { json: REQUEST });
    expect(reads).toBe(0);
    const table = await (await send('GET', '/artifact/segments')).json();
    expect(table.countries.Peru.overall).toMatchObject({ count: 1, mean: 10 });
    expect(reads).toBe(1);
  });

  it.each([
    ['are those of another artifact', async () => twelve.texts.statistics],
    ['are not deployed', async () => null],
    [
      'cannot be read',
      async () => {
        throw new Error('no');
      },
    ],
  ])('says so when its statistics %s', async (_, text) => {
    const store = bundledStore(JSON.parse(ten.texts.table), text);
    expect(await store.statistics(compileArtifact(ten.table).table)).toMatchObject({ ok: false });
  });
});

it('the table of many countries lets others have their turn, and is the one that is made at once', async () => {
  const artifact = await ofCountries(await readArtifactFiles('artifacts/current.json'), 120);
  const store = storeOf(artifact);
  const { send } = await service(store);
  const turns = vi.spyOn(Turns.prototype, 'next');
  const response = await send('GET', '/artifact/segments?trend=true');
  const { length } = turns.mock.calls;
  turns.mockRestore();
  const { table, statistics } = artifact;
  expect(await response.json()).toEqual(
    JSON.parse(JSON.stringify(decisionTable(compileArtifact(table), statistics, undefined, true))),
  );
  expect(length).toBeGreaterThan(5);
});
