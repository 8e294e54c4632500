import { readdirSync, truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../build/kv/node-files.ts';
import { change, livePointer, publish } from '../../../src/core/publish/publish.ts';
import { storedArtifact } from '../../../src/core/publish/versions.ts';
import { diskBucket } from '../../../src/server/bucket.ts';
import type { DenoFile, DenoFiles } from '../../../src/server/deno.ts';
import { Disk } from '../../../src/server/disk.ts';
import { diskKv } from '../../../src/server/key-value.ts';
import { diskRunEngine } from '../../../src/server/run-engine.ts';
import { diskRunStorage } from '../../../src/server/run-storage.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { bucketSuite, keyValueSuite } from '../../support/storage-suite.ts';

const root = await mkdtemp(join(tmpdir(), 'voucher-edge-disk-'));
afterAll(() => rm(root, { recursive: true }));

let folders = 0;
async function opened(folder = join(root, String(++folders)), files = nodeFiles): Promise<Disk> {
  const disk = await Disk.open(files, folder);
  expect(await disk.prepare()).toBeNull();
  return disk;
}

bucketSuite('a folder', async () => diskBucket(await opened(), 'bucket', 'metadata'));
keyValueSuite('a folder', async () => diskKv(await opened(), 'versions'));

class Death extends Error {}

/** A file system whose process dies before the operation of a number: nothing after it is done, not even cleaning up. */
function dyingAt(moment: number): DenoFiles {
  let operations = 0;
  const announced = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, name) {
        const method = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => {
          if (name !== 'close' && ++operations > moment) throw new Death();
          const result = method.apply(target, given);
          if (name === 'open') return result.then((file: DenoFile) => announced(file));
          return result;
        };
      },
    });
  return announced(nodeFiles);
}

/** Does some work once for each moment at which it may die, each time on a new folder. */
async function atEveryDeath(
  prepare: (disk: Disk) => Promise<unknown>,
  work: (disk: Disk) => Promise<unknown>,
  check: (disk: Disk) => Promise<void>,
): Promise<number> {
  for (let moment = 0; ; moment++) {
    const folder = join(root, String(++folders));
    await prepare(await opened(folder));
    const disk = await Disk.open(dyingAt(Number.POSITIVE_INFINITY), folder);
    const dying = await Disk.open(nodeFiles, folder);
    Object.defineProperty(dying, 'files', { value: dyingAt(moment) });
    const died = await work(dying).then(
      () => false,
      (error) => {
        expect(error).toBeInstanceOf(Death);
        return true;
      },
    );
    expect(await disk.prepare()).toBeNull();
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    await check(disk);
    if (!died) return moment;
  }
}

describe('a process that dies at any file operation leaves the old or the new', () => {
  it('value of a key, with its own metadata', async () => {
    const seen = new Set<string>();
    const put = (text: string) => async (disk: Disk) =>
      diskKv(disk, 'versions').put('current', text, { metadata: { text } });
    const moments = await atEveryDeath(put('old'), put('new'), async (disk) => {
      const kv = diskKv(disk, 'versions');
      const value = await kv.get('current');
      const [key] = (await kv.list({ prefix: '' })).keys;
      expect(key?.metadata).toEqual({ text: value });
      seen.add(value ?? '');
    });
    expect(moments).toBeGreaterThan(5);
    expect([...seen]).toEqual(['old', 'new']);
  });

  it('object of a bucket, with its own metadata', async () => {
    const seen = new Set<string>();
    const put = (text: string) => async (disk: Disk) =>
      diskBucket(disk, 'bucket', 'metadata').put('uploads/a.csv', text, { customMetadata: { text } });
    const moments = await atEveryDeath(put('old'), put('new'), async (disk) => {
      const object = await diskBucket(disk, 'bucket', 'metadata').get('uploads/a.csv');
      const text = await object?.text();
      expect(object?.customMetadata).toEqual({ text });
      seen.add(text ?? '');
    });
    expect(moments).toBeGreaterThan(10);
    expect([...seen]).toEqual(['old', 'new']);
  });
});

it.each([0, 20, 400])(
  'operators publish over a table and a pointer of which %i bytes are left, and go back from there',
  async (bytes) => {
    const disk = await opened();
    const kv = diskKv(disk, 'versions');
    const [a, b, c] = await Promise.all([10, 11, 12].map((amount) => artifactGiving(amount)));
    if (!a || !b || !c) throw new Error('three artifacts');
    const mover = (now: number) => ({ by: 'ana', now });
    await publish(kv, a, mover(1));
    await publish(kv, b, mover(2));
    for (const key of [`artifact:${b.version}`, 'current']) truncateSync(disk.path('versions', key), bytes);
    expect((await livePointer(kv))?.version).toBe(b.version);
    expect(await storedArtifact(kv, b.version)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^its \d+ bytes are not JSON/),
    });
    expect((await publish(kv, c, mover(3))).pointer).toMatchObject({
      version: c.version,
      previous: b.version,
    });
    const back = await change(kv, { action: 'rollback', version: a.version }, mover(4));
    expect(await livePointer(kv)).toEqual(back.pointer);
  },
);

describe('the storage of runs', () => {
  it('is there again after a restart, the newest first, and gives copies', async () => {
    const folder = join(root, String(++folders));
    const storage = diskRunStorage(await opened(folder), 'runs');
    for (let number = 1; number <= 12; number++) {
      storage.put(`run-${String(number).padStart(8, '0')}-ab`, { number });
    }
    storage.put('ledger', { state: 'idle' });
    storage.delete('run-00000003-ab');
    const again = diskRunStorage(await opened(folder), 'runs');
    for (const one of [storage, again]) {
      const listed = [...one.list({ prefix: 'run-', reverse: true, limit: 3 })].map(([key]) => key);
      expect(listed).toEqual(['run-00000012-ab', 'run-00000011-ab', 'run-00000010-ab']);
      expect([...one.list({ prefix: 'run-', reverse: true })]).toHaveLength(11);
      expect([one.get('ledger'), one.get('run-00000003-ab')]).toEqual([{ state: 'idle' }, undefined]);
      (one.get('ledger') as { state: string }).state = 'changed';
      expect(one.get('ledger')).toEqual({ state: 'idle' });
    }
  });
});

describe('the engine of runs', () => {
  const over = async (engine: ReturnType<typeof diskRunEngine>, id: string) =>
    expect.poll(async () => (await engine.status(id))?.over, { timeout: 20_000 }).toBe(true);

  it('goes on after the last step that was done, in a new process', async () => {
    const folder = join(root, String(++folders));
    const did: string[] = [];
    const engineAt = async (last: string) =>
      diskRunEngine({
        disk: await opened(folder),
        folder: 'steps',
        sleep: () => new Promise(() => {}),
        async run(_, step) {
          const sum: { name: string }[] = [];
          for (const name of ['one', 'two', 'three']) {
            sum.push(
              await step(name, async () => {
                if (name === last) throw new Error('it goes no further');
                did.push(name);
                return { name };
              }),
            );
          }
          await step('finish', async () => void did.push(sum.map(({ name }) => name).join('+')));
        },
      });
    await (await engineAt('three')).start('run-1');
    await expect.poll(() => did, { timeout: 20_000 }).toEqual(['one', 'two']);
    const next = await engineAt('none');
    expect(await next.status('run-1')).toBeNull();
    await next.start('run-1');
    await expect(next.start('run-1')).rejects.toThrow('run run-1 is under way');
    await over(next, 'run-1');
    expect(did).toEqual(['one', 'two', 'three', 'one+two+three']);
    // They are removed when the run is over already.
    await expect.poll(() => readdirSync(join(folder, 'steps'))).toEqual([]);
  });

  it('tries a step again, waiting longer each time, and gives up in the end', async () => {
    const waits: number[] = [];
    let tries = 0;
    const engine = diskRunEngine({
      disk: await opened(),
      folder: 'steps',
      sleep: async (milliseconds) => void waits.push(milliseconds),
      run: (_, step) =>
        step('never', async () => {
          tries++;
          throw new Error('no');
        }),
    });
    await engine.start('run-1');
    await over(engine, 'run-1');
    expect([tries, waits]).toEqual([6, [5_000, 10_000, 20_000, 40_000, 80_000]]);
    expect(await engine.status('run-1')).toEqual({ over: true, status: 'errored' });
  });

  it('does nothing more of a run that is stopped', async () => {
    const did: string[] = [];
    const gate = Promise.withResolvers<void>();
    const folder = join(root, String(++folders));
    const engine = diskRunEngine({
      disk: await opened(folder),
      folder: 'steps',
      async run(_, step) {
        await step('zero', async () => {});
        await step('one', () => gate.promise);
        await step('two', async () => did.push('two'));
      },
    });
    await engine.start('run-1');
    const kept = () => readdirSync(folder).includes('steps') && readdirSync(join(folder, 'steps'));
    await expect.poll(kept, { timeout: 20_000 }).toEqual(['run-1.json']);
    await engine.stop('run-1');
    gate.resolve();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([did, await engine.status('run-1')]).toEqual([[], { over: true, status: 'terminated' }]);
    expect(kept()).toEqual([]);
  });
});
