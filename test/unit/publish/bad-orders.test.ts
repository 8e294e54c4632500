import { beforeEach, describe, expect, it } from 'vitest';
import { readArtifactFiles } from '../../../build/files/artifact-files.ts';
import { livePointer, publish } from '../../../src/core/publish/publish.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { shippedConfig } from '../../support/histories.ts';
import { MemoryIngestion } from '../../support/memory-ingestion.ts';

const HEADER = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n';
const rows = (count: number, row: (index: number) => string) =>
  HEADER + Array.from({ length: count }, (_, index) => `${row(index)}\n`).join('');
const good = (index: number) =>
  `2018-07-21 00:00:${String(index).padStart(2, '0')},Peru,2018-06-20,2018-01-01,15,10`;

let to: MemoryIngestion;
beforeEach(() => {
  to = new MemoryIngestion(shippedConfig());
});

const put = async (name: string, text: string) => {
  await to.ask('PUT', `/uploads/${name}`, text);
  await to.settle();
};
const upload = async (name: string) => {
  const { body } = (await to.ask('GET', '/uploads')) as {
    body: { uploads: { name: string; state: string; reasons: string[] }[] };
  };
  return body.uploads.find((one) => one.name === name);
};

describe('an operator asks for what cannot be', () => {
  it.each([
    ['hold', {}, 409, /nothing to hold/],
    ['hold', { version: '0123456789abcdef' }, 404, /cannot hold 0123456789abcdef: there is no artifact/],
    ['rollback', { version: '0123456789abcdef' }, 409, /nothing to roll back from/],
    ['release', {}, 409, /Nothing is held/],
    ['hold', { version: 'latest' }, 422, /version: expected a version of 16 hexadecimal digits, got /],
    ['hold', { reason: 'two\nlines' }, 422, /one line/],
    ['hold', { reason: 'x'.repeat(10_240) }, 422, /500 characters/],
  ])('before anything is published: %s %j', async (action, body, status, detail) => {
    const refused = await to.ask('POST', `/${action}`, body);
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([status, expect.stringMatching(detail)]);
    expect(to.kv.values.size).toBe(0);
  });

  it('a hold of a version that is not stored changes nothing of what is live', async () => {
    await put('good.csv', rows(40, good));
    const before = to.kv.values.get('current');
    expect((await to.ask('POST', '/hold', { version: '0123456789abcdef' })).status).toBe(404);
    expect((await to.ask('POST', '/release', {})).status).toBe(409);
    expect(to.kv.values.get('current')).toEqual(before);
  });

  it.each([
    ['the first of all', []],
    ['one after others', ['good.csv']],
  ])(
    'a file of more countries than fit an isolate is set aside with what to do, and what is live stays: %s',
    async (_, before) => {
      for (const name of before) await put(name, rows(40, good));
      const live = to.kv.values.get('current');
      await put(
        'many.csv',
        rows(4500, (index) => good(index % 60).replace('Peru', `Country ${index}`)),
      );
      expect(await upload('many.csv')).toMatchObject({
        state: 'set_aside',
        reasons: [
          expect.stringContaining(
            'expected at most 4000000 characters of statistics, got more: make the artifact with npm run build:artifact, or use fewer bands',
          ),
        ],
      });
      expect(to.kv.values.get('current')).toEqual(live);
    },
  );

  it('a file that is gone, or that no run has looked at, is not accepted', async () => {
    await put(
      'wrong.csv',
      rows(40, (index) => (index < 20 ? good(index).replace('2018-07-21', 'soon') : good(index))),
    );
    expect(await upload('wrong.csv')).toMatchObject({ state: 'set_aside' });
    await to.bucket.delete('uploads/wrong.csv');
    const gone = await to.ask('POST', '/uploads/wrong.csv', { action: 'accept' });
    expect(gone).toMatchObject({ status: 404, body: { code: 'not_found' } });
    // The same name with other bytes is another file.
    await to.ask('PUT', '/uploads/wrong.csv', rows(3, good));
    const other = await to.ask('POST', '/uploads/wrong.csv', { action: 'accept' });
    expect(other).toMatchObject({ status: 409, body: { detail: 'No run has looked at wrong.csv yet.' } });
  });
});

describe('a new upload is pointed out', () => {
  it('with a reason for each of two fields that cannot be read', async () => {
    const broken = (index: number) =>
      index < 4 ? good(index).replace(',15,10', ',fifteen,ten') : good(index);
    await put('broken.csv', rows(40, broken));
    const { state, reasons = [] } = (await upload('broken.csv')) ?? {};
    expect(state).toBe('set_aside');
    expect(reasons.join('\n')).toMatch(/total_orders/);
    expect(reasons.join('\n')).toMatch(/voucher_amount/);
  });

  it('when nearly all of its rows are there under another name, and a few are new', async () => {
    await put('july.csv', rows(40, good));
    await put('july-again.csv', rows(42, good));
    expect(await upload('july-again.csv')).toMatchObject({
      state: 'set_aside',
      reasons: [expect.stringMatching(/^100% of the rows of the smaller one are both in it and in july.csv/)],
    });
    await put(
      'others.csv',
      rows(40, (index) => good(index).replace(' 00:', ' 09:')),
    );
    expect(await upload('others.csv')).toMatchObject({ state: 'joined', reasons: [] });
  });
});

it('a file that cannot be read has the name of who uploaded it and why, also once it was looked at again', async () => {
  await to.ask('PUT', '/uploads/broken.csv?reason=June', 'no,such\ncolumns,here\n');
  const broken = { state: 'unreadable', by: 'admin', reasons: [expect.stringMatching(/^expected columns/)] };
  for (const action of [null, 'retry']) {
    if (action !== null) await to.ask('POST', '/uploads/broken.csv', { action });
    await to.settle();
    expect(await upload('broken.csv')).toMatchObject(broken);
  }
  const kept = await to.bucket.head('quarantine/broken.csv');
  expect(kept?.customMetadata).toEqual({ by: 'admin', reason: 'June' });
});

it.each([true, false])(
  'a first upload takes over from the sample that the command line published, also after a roll-back to it: %s',
  async (rolledBack) => {
    const sample = await readArtifactFiles('artifacts/current.json');
    await publish(to.kv, sample, { by: 'ana', now: to.now() });
    if (rolledBack) {
      await publish(to.kv, await artifactGiving(10), { by: 'ana', now: to.now() });
      for (const action of ['rollback', 'release'])
        expect((await to.ask('POST', `/${action}`)).status).toBe(200);
    }
    const before = await livePointer(to.kv);
    expect(before).toMatchObject({ version: sample.version, history_source: 'command_line', hold: null });
    await put('good.csv', rows(40, good));
    expect(await upload('good.csv')).toMatchObject({ state: 'joined' });
    expect(await livePointer(to.kv)).toMatchObject({ previous: sample.version, history_source: 'uploads' });
  },
);
