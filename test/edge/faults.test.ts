import { reset } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import { tableKey } from '../../src/core/publish/bodies.ts';
import { publish } from '../../src/core/publish/publish.ts';
import { kvSource } from '../../src/store/kv.ts';
import { TIMES } from '../../src/store/refreshing.ts';
import { artifactGiving } from '../support/artifacts.ts';
import { refreshed } from '../support/refreshed.ts';
import { type Kv, readingThrough, realKv } from './support/kv.ts';

afterEach(reset);

const [good, next] = await Promise.all([artifactGiving(10), artifactGiving(20)]);
const mover = { by: 'test', now: Date.UTC(2026, 10, 21) };

/** What a read gives instead of what is there; 'hang' for never anything. */
type Reading = (key: string) => unknown;

/** A namespace that can be made to fail, over the real one. */
function failing(): { kv: Kv; reading: (fault: Reading | null) => void } {
  let fault: Reading | null = null;
  const around = async <T>(key: string, read: () => Promise<T>): Promise<T> => {
    if (fault === null) return read();
    const instead = fault(key);
    if (instead === HANG) return new Promise<T>(() => {});
    return instead === READ ? read() : (instead as T);
  };
  return {
    kv: readingThrough(realKv(), around),
    reading: (now) => {
      fault = now;
    },
  };
}

const HANG = Symbol('hang');
const READ = Symbol('read');
const body = (content: string | Uint8Array) =>
  typeof content === 'string' ? new TextEncoder().encode(content).buffer : content.buffer;
const instead =
  (what: unknown): Reading =>
  (key) =>
    key === tableKey(next.version) ? what : READ;
const nextText = next.texts.table;
const changed = nextText.replace('[20]', '[21]');

const FAULTS: [string, string, Reading][] = [
  [
    'throws',
    'unreachable',
    () => {
      throw new Error('KV GET failed: 500 Internal Server Error');
    },
  ],
  ['hangs', 'timeout', () => HANG],
  ['hangs on the body', 'timeout', instead(HANG)],
  ['returns rubbish for the pointer', 'pointer', (key) => (key === 'current' ? '<html>502</html>' : READ)],
  ['has lost the pointer', 'missing', (key) => (key === 'current' ? null : READ)],
  ['points to nothing', 'missing', instead(null)],
  ['returns rubbish for the body', 'malformed', instead(body('<html>502</html>'))],
  ['returns half of the body', 'malformed', instead(body(nextText.slice(0, -200)))],
  ['returns a body with one byte changed', 'hash', instead(body(changed))],
  [
    'returns another artifact than it points to',
    'hash',
    instead(body((await artifactGiving(30)).texts.table)),
  ],
  [
    'returns an artifact of schema_version 1',
    'schema',
    instead(body(nextText.replace('"schema_version":2', '"schema_version":1'))),
  ],
  ['returns the statistics for the table', 'hash', instead(body(next.texts.statistics))],
  ['returns a table with an amount too many', 'hash', instead(body(nextText.replace('[20]', '[20,20]')))],
  ['returns 26 MB', 'too_large', instead(body(new Uint8Array(26_000_000)))],
];

/** The service over a namespace that can be made to fail, and that need not be waited for. */
function troubled() {
  const { kv, reading } = failing();
  const hurry = impatience();
  return {
    reading,
    hurry,
    ...refreshed({ source: kvSource(kv), bundled, sleep: hurry.sleep, times: { patience: 60_000 } }),
  };
}

describe('when KV', () => {
  it.each(FAULTS)(
    '%s, the last good artifact answers every request, and one line tells of it',
    async (_, code, fault) => {
      const { reading, hurry, ask, ready, clock, events, settled } = troubled();
      await publish(realKv(), good, mover);
      expect(await ask()).toMatchObject({ status: 200, version: good.version, checkAge: 0 });
      await publish(realKv(), next, { ...mover, now: mover.now + 1 });

      reading(fault);
      hurry.on();
      const since = clock.now() + TIMES.refresh;
      for (let round = 0; round < 12; round++) {
        clock.advance(TIMES.refresh);
        const answers = await Promise.all(Array.from({ length: 5 }, ask));
        expect(answers.map(({ status, version }) => `${status} ${version}`)).toEqual(
          Array.from({ length: 5 }, () => `200 ${good.version}`),
        );
        await settled();
      }
      const errors = () => events().filter((line) => line['log.level'] === 'error');
      expect(errors()).toHaveLength(1);
      expect(errors()[0]).toMatchObject({ 'error.code': code, 'voucher.artifact_version': good.version });
      // KV that fails gets well by itself. For what was put into it, the line says what to do.
      const isContent = code !== 'unreachable' && code !== 'timeout';
      if (isContent)
        expect(errors()[0]?.['error.message']).toMatch(/\b(build|publish) (it )?again\b|fewer bands/);
      expect(await ready()).toMatchObject({
        status: 'ready',
        version: good.version,
        check: { age_seconds: 360, overdue: true },
        fault: { code, since: new Date(since).toISOString() },
      });

      reading(null);
      hurry.off();
      clock.advance(TIMES.refresh);
      await ask();
      await settled();
      expect(await ask()).toMatchObject({ status: 200, version: next.version, checkAge: 0 });
      expect(await ready()).toMatchObject({ version: next.version, check: { overdue: false }, fault: null });
      expect(errors()).toHaveLength(1);
    },
  );

  it.each(FAULTS.filter(([, code]) => code !== 'missing'))(
    '%s at the start, the bundled artifact answers',
    async (_, code, fault) => {
      const { reading, hurry, ask, ready, clock, events, settled } = troubled();
      await publish(realKv(), next, mover);
      reading(fault);
      hurry.on();
      const answers = await Promise.all(Array.from({ length: 5 }, ask));
      expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([bundled.version]));
      await settled();
      expect(await ready()).toMatchObject({ origin: 'bundled', fault: { code } });
      expect(events().filter((line) => line['log.level'] === 'error')).toHaveLength(1);

      reading(null);
      hurry.off();
      clock.advance(TIMES.deadline);
      await ask();
      await settled();
      expect(await ask()).toMatchObject({ version: next.version });
    },
  );

  it('has nothing, the bundled artifact is the current one', async () => {
    const { ask, ready, clock, events, settled } = refreshed({ source: kvSource(realKv()), bundled });
    expect(await ask()).toMatchObject({ status: 200, version: bundled.version, checkAge: 0 });
    clock.advance(TIMES.refresh);
    expect(await ask()).toMatchObject({ checkAge: 30 });
    await settled();
    expect(await ready()).toMatchObject({ origin: 'bundled', check: { age_seconds: 0 }, fault: null });
    expect(events().filter((line) => line['log.level'] === 'error')).toEqual([]);
  });

  it('hangs, a warm request is answered before anything else happens', async () => {
    const { kv, reading } = failing();
    const { ask, clock, store } = refreshed({ source: kvSource(kv), bundled });
    await publish(realKv(), good, mover);
    await ask();
    reading(() => HANG);
    clock.advance(TIMES.refresh);
    // No promise is returned: there is nothing to wait for.
    expect(store.current()).toMatchObject({ ok: true, compiled: { table: { version: good.version } } });
  });

  it('answers after its deadline, the answer is taken', async () => {
    const held: (() => void)[] = [];
    let holding = false;
    const kv = readingThrough(realKv(), async (_, read) => {
      if (holding) await new Promise<void>((resolve) => held.push(resolve));
      return read();
    });
    const hurry = impatience();
    const { ask, ready, clock, settled } = refreshed({
      source: kvSource(kv),
      bundled,
      sleep: hurry.sleep,
      times: { patience: 60_000 },
    });
    await publish(realKv(), good, mover);
    await ask();
    await publish(realKv(), next, { ...mover, now: mover.now + 1 });
    holding = true;
    hurry.on();
    clock.advance(TIMES.refresh);
    await ask();
    await settled();
    expect(await ready()).toMatchObject({ version: good.version, fault: { code: 'timeout' } });
    holding = false;
    for (const release of held) release();
    await expect.poll(async () => (await ready()).version, { timeout: 20_000 }).toBe(next.version);
  });
});

/** A sleep that ends at once while it is on, so that no test waits for a deadline. */
function impatience() {
  let hurried = false;
  return {
    on: () => {
      hurried = true;
    },
    off: () => {
      hurried = false;
    },
    sleep: (milliseconds: number) =>
      new Promise<void>((resolve) =>
        setTimeout(resolve, hurried ? Math.min(20, milliseconds) : milliseconds),
      ),
  };
}
