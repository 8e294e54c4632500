import { describe, expect, it } from 'vitest';
import bundled from '../../../artifacts/current.json' with { type: 'json' };
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { fileSource } from '../../../src/store/file.ts';
import { refreshTimes, TIMES } from '../../../src/store/refreshing.ts';
import type { ArtifactSource, Loaded } from '../../../src/store/source.ts';
import { urlSource } from '../../../src/store/url.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { refreshed } from '../../support/refreshed.ts';

const artifacts = await Promise.all([artifactGiving(1), artifactGiving(2)]);
const [one, two] = [compileArtifact(artifacts[0].table), compileArtifact(artifacts[1].table)];
const statistics: ArtifactSource['statistics'] = async () => ({ ok: false, detail: 'none' });
const found = (compiled: typeof one): Loaded => ({ kind: 'current', compiled, live: null });

/** A source whose loads are settled by the test, in whatever order. */
function held() {
  const loads: ((loaded: Loaded) => void)[] = [];
  const source: ArtifactSource = {
    origin: 'kv',
    load: () => new Promise((resolve) => loads.push(resolve)),
    statistics,
  };
  return { source, loads };
}

/** Sleeps that end when the test says so. */
function alarms() {
  const set: { milliseconds: number; ring: () => void }[] = [];
  return {
    sleep: (milliseconds: number) =>
      new Promise<void>((resolve) => void set.push({ milliseconds, ring: resolve })),
    ring: (milliseconds: number) => {
      for (const alarm of set) if (alarm.milliseconds === milliseconds) alarm.ring();
    },
  };
}

describe('a store that refreshes', () => {
  it('answers others when the request that loads first is cut off, timers and all', async () => {
    const { source } = held();
    let first = true;
    const cut = new Promise<void>(() => {});
    const sleep = () => (first ? cut : Promise.resolve());
    const { ask } = refreshed({ source, bundled, sleep });
    void ask();
    first = false;
    expect(await ask()).toMatchObject({ status: 200, version: bundled.version });
  });

  it('tries again after the deadline of a load that was cut off', async () => {
    const { source, loads } = held();
    const { sleep } = alarms();
    const { ask, clock, store } = refreshed({ source, bundled, sleep });
    void ask();
    loads[0]?.(found(one));
    await expect.poll(async () => (await ask()).version, { timeout: 20_000 }).toBe(one.table.version);
    clock.advance(TIMES.refresh);
    store.current();
    clock.advance(TIMES.deadline - 1);
    store.current();
    expect(loads).toHaveLength(2);
    clock.advance(1);
    store.current();
    expect(loads).toHaveLength(3);
  });

  it('answers at once after a quiet hour, from what is there with its age, and looks after the answer', async () => {
    const { source, loads } = held();
    const { sleep } = alarms();
    const { ask, clock, store } = refreshed({ source, bundled, sleep });
    const before = ask();
    loads[0]?.(found(one));
    expect(await before).toMatchObject({ version: one.table.version, checkAge: 0 });
    clock.advance(3_600_000);
    expect(store.current()).not.toBeInstanceOf(Promise);
    expect(await ask()).toMatchObject({ version: one.table.version, checkAge: 3600 });
    expect(loads).toHaveLength(2);
    loads[1]?.(found(two));
    await expect.poll(async () => (await ask()).version, { timeout: 20_000 }).toBe(two.table.version);
    expect(loads).toHaveLength(2);
  });

  it('serves a withdrawn version no longer than a look takes, and says its age until a look succeeds', async () => {
    const { source, loads } = held();
    const { sleep, ring } = alarms();
    const { ask, clock, ready, settled } = refreshed({ source, bundled, sleep });
    const before = ask();
    loads[0]?.(found(one));
    await before;
    clock.advance(3_600_000);
    await ask();
    clock.advance(TIMES.deadline);
    ring(TIMES.deadline);
    await settled();
    expect(await ready()).toMatchObject({ check: { age_seconds: 3610 }, fault: { code: 'timeout' } });
    clock.advance(TIMES.refresh);
    await ask();
    loads[2]?.(found(two));
    await expect.poll(async () => (await ask()).version, { timeout: 20_000 }).toBe(two.table.version);
    expect(await ready()).toMatchObject({ check: { age_seconds: 0 }, fault: null });
  });

  it('answers from what is bundled when the first load takes longer than it is patient', async () => {
    const { source } = held();
    const { sleep, ring } = alarms();
    const { ask, store } = refreshed({ source, bundled, sleep });
    const first = ask();
    ring(TIMES.patience);
    expect((await first).version).toBe(bundled.version);
    // The others do not wait, though it is still loading.
    expect(store.current()).toMatchObject({ ok: true, origin: 'bundled' });
  });

  it('does not go back to what an older load brings late', async () => {
    const { source, loads } = held();
    const { sleep, ring } = alarms();
    const { ask, clock, store } = refreshed({ source, bundled, sleep });
    void ask();
    ring(TIMES.deadline);
    await expect.poll(async () => (await ask()).version, { timeout: 20_000 }).toBe(bundled.version);
    clock.advance(TIMES.deadline);
    store.current();
    loads[1]?.(found(two));
    await expect.poll(async () => (await ask()).version, { timeout: 20_000 }).toBe(two.table.version);
    loads[0]?.(found(one));
    await new Promise((resolve) => setImmediate(resolve));
    expect((await ask()).version).toBe(two.table.version);
  });

  it('takes what a load finds for current, though it is what was held when it began', async () => {
    const { source, loads } = held();
    const { sleep } = alarms();
    const { ask, clock, store } = refreshed({ source, bundled, sleep });
    const first = ask();
    loads[0]?.(found(one));
    await first;
    clock.advance(TIMES.refresh);
    store.current();
    clock.advance(TIMES.deadline);
    store.current();
    loads[1]?.(found(two));
    await expect.poll(async () => (await ask()).version, { timeout: 20_000 }).toBe(two.table.version);
    // The later of the two found that two had been taken back.
    loads[2]?.(found(one));
    await new Promise((resolve) => setImmediate(resolve));
    expect((await ask()).version).toBe(one.table.version);
  });

  it('is of an age that is never below 0, also when the clock is set back', async () => {
    const source: ArtifactSource = { origin: 'kv', load: async () => found(one), statistics };
    const { ask, ready, clock } = refreshed({ source, bundled });
    expect(await ask()).toMatchObject({ version: one.table.version, checkAge: 0 });
    clock.advance(-3_600_000);
    expect(await ask()).toMatchObject({ version: one.table.version, checkAge: 0 });
    expect(await ready()).toMatchObject({ check: { age_seconds: 0 } });
  });

  it('takes nothing published for the bundled artifact being current at first, and for a loss later', async () => {
    let loaded: Loaded = { kind: 'nothing' };
    const source: ArtifactSource = { origin: 'kv', load: async () => loaded, statistics };
    const { ask, ready, clock, settled } = refreshed({ source, bundled });
    const look = async () => {
      clock.advance(TIMES.refresh);
      await ask();
      await settled();
      return await ready();
    };
    await ask();
    expect(await look()).toMatchObject({ origin: 'bundled', check: { age_seconds: 0 }, fault: null });
    loaded = found(one);
    expect(await look()).toMatchObject({ origin: 'kv', version: one.table.version, fault: null });
    loaded = { kind: 'nothing' };
    expect(await look()).toMatchObject({
      origin: 'kv',
      version: one.table.version,
      fault: { code: 'missing' },
    });
  });

  it('asks a source that fails no more often than it is to: sooner where nothing was ever loaded', async () => {
    let loads = 0;
    let loaded: Loaded = { kind: 'bad', code: 'pointer', detail: 'rubbish' };
    const source: ArtifactSource = {
      origin: 'kv',
      load: async () => {
        loads++;
        return loaded;
      },
      statistics,
    };
    const { ask, clock, settled } = refreshed({ source, bundled });
    const loadsAfter = async (milliseconds: number) => {
      clock.advance(milliseconds);
      for (let call = 0; call < 3; call++) await ask();
      await settled();
      return loads;
    };
    expect(await loadsAfter(0)).toBe(1);
    expect(await loadsAfter(TIMES.retry - 1)).toBe(1);
    expect(await loadsAfter(1)).toBe(2);
    loaded = found(one);
    expect(await loadsAfter(TIMES.retry)).toBe(3);
    loaded = { kind: 'bad', code: 'pointer', detail: 'rubbish' };
    expect(await loadsAfter(TIMES.refresh)).toBe(4);
    expect(await loadsAfter(TIMES.refresh - 1)).toBe(4);
    expect(await loadsAfter(1)).toBe(5);
  });

  it('answers 503 with the reason, and logs once, when there is nothing to serve at all', async () => {
    const source: ArtifactSource = {
      origin: 'kv',
      load: () => Promise.reject(new Error('KV is down')),
      statistics,
    };
    const { ask, events } = refreshed({ source, bundled: { schema_version: 1 }, times: { patience: 0 } });
    for (let call = 0; call < 3; call++) {
      expect(await ask()).toMatchObject({ status: 503, body: { code: 'no_artifact' } });
    }
    expect(events()).toMatchObject([{ 'log.level': 'error', 'error.message': 'KV is down' }]);
  });
});

describe('the times of a store', () => {
  it('are those of the variables, and the defaults without', () => {
    expect(refreshTimes({})).toEqual({ refresh: 30_000, patience: 100 });
    expect(refreshTimes({ REFRESH_SECONDS: '', FIRST_WAIT_SECONDS: ' ' })).toEqual(refreshTimes({}));
    const set = refreshTimes({ REFRESH_SECONDS: '0.5', FIRST_WAIT_SECONDS: '0' });
    expect(set).toEqual({ refresh: 500, patience: 0 });
  });

  it.each(['abc', '-1', 'Infinity', '1e999'])('cannot be %s', (text) => {
    for (const name of ['REFRESH_SECONDS', 'FIRST_WAIT_SECONDS']) {
      expect(() => refreshTimes({ [name]: text })).toThrow(`${name}: expected a number of seconds`);
    }
  });
});

describe('what a source has read too late for its request is read again', () => {
  const READ = { kind: 'current', compiled: { table: { version: two.table.version } } };

  it('from a file', async () => {
    const bytes = new TextEncoder().encode(artifacts[1].texts.table);
    const stat = async () => ({ size: bytes.length, mtime: new Date(0), ino: 1 });
    const source = fileSource('x', { stat, readFile: async () => bytes });
    for (let load = 0; load < 2; load++) expect(await source.load(one)).toMatchObject(READ);
    expect(await source.load(two)).toEqual({ ...READ, compiled: two, live: expect.anything() });
  });

  it('from a URL', async () => {
    const sent: (string | null)[] = [];
    const host = async (_: unknown, init?: RequestInit) => {
      const known = new Headers(init?.headers).get('if-none-match');
      sent.push(known);
      const headers = { etag: '"two"' };
      return known === '"two"'
        ? new Response(null, { status: 304, headers })
        : new Response(artifacts[1].texts.table, { headers });
    };
    const source = urlSource('http://host.test/', host, TIMES.deadline);
    for (let load = 0; load < 2; load++) expect(await source.load(one)).toMatchObject(READ);
    expect(await source.load(two)).toEqual({ ...READ, compiled: two, live: null });
    expect(sent).toEqual([null, null, '"two"']);
  });
});
