import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../unit/support/command.ts';

/** A deployment with versions and uploads, in processes of its own. */
export interface LifecycleDeployment {
  /** Starts it on what it has stored. @returns where it listens */
  start: () => Promise<string>;
  /** Ends its processes without a word to them. */
  kill: () => Promise<void>;
  /** Removes what it has stored. */
  remove: () => Promise<void>;
}

export const LIFECYCLE_TOKEN = 'an-admin-token';

const LONG = 60_000;

interface Run {
  id: string;
  state: string;
  reasons: string[];
}

/**
 * What an operator does with a deployment, from the first upload to a roll-back, with kills in between. Every platform
 * does the same.
 */
export function lifecycleSuite(name: string, deployment: LifecycleDeployment): void {
  let origin = '';

  async function send(method: string, path: string, body?: string): Promise<Response> {
    const headers = { authorization: `Bearer ${LIFECYCLE_TOKEN}`, 'content-type': 'application/json' };
    return fetch(origin + path, { method, headers, ...(body !== undefined && { body }) });
  }

  async function get<T>(path: string): Promise<T> {
    const response = await send('GET', path);
    expect([path, response.status]).toEqual([path, 200]);
    return (await response.json()) as T;
  }

  async function restart(): Promise<void> {
    await deployment.kill();
    origin = await deployment.start();
  }

  const live = async () =>
    (await get<{ live: { version: string } | null }>('/versions')).live?.version ?? null;
  const runs = async () => (await get<{ runs: Run[] }>('/runs')).runs;

  /** @returns the version that POST /voucher answers from */
  async function answering(): Promise<string> {
    const body = JSON.stringify({
      customer_id: 1,
      country_code: 'Peru',
      total_orders: 3,
      segment_name: 'frequency_segment',
    });
    const response = await send('POST', '/voucher', body);
    expect(response.status).toBe(200);
    return ((await response.json()) as { artifact_version: string }).artifact_version;
  }

  async function upload(file: string, text: string): Promise<void> {
    expect((await send('PUT', `/uploads/${file}`, text)).status).toBe(202);
  }

  /** Waits until as many runs as `count` are over. @returns the newest */
  async function ended(count: number): Promise<Run> {
    const over = async () => (await runs()).filter(({ state }) => !['waiting', 'running'].includes(state));
    await expect.poll(async () => (await over()).length, { timeout: LONG }).toBeGreaterThanOrEqual(count);
    return (await over())[0] as Run;
  }

  describe(`the life of a deployment on ${name}`, () => {
    beforeAll(async () => {
      origin = await deployment.start();
    });
    afterAll(async () => {
      await deployment.kill();
      await deployment.remove();
    });

    const versions: string[] = [];

    it('answers before anything is published', async () => {
      expect(await live()).toBeNull();
      expect(await answering()).toMatch(/^[0-9a-f]{16}$/);
    });

    it('publishes what a build makes of the uploads, and answers from it', async () => {
      for (const [index, names] of [['a'], ['a', 'b']].entries()) {
        const file = names.at(-1) ?? '';
        await upload(`${file}.csv`, rowsOf(file));
        expect(await ended(index + 1)).toMatchObject({ state: 'published', reasons: [] });
        versions.push((await live()) ?? '');
        expect(versions.at(-1)).toBe(await builtVersion(names));
        await expect.poll(answering, { timeout: LONG }).toBe(versions.at(-1));
      }
    });

    it('has all of it after a kill', async () => {
      const before = [await live(), await runs(), await get('/uploads')];
      await restart();
      expect([await live(), await runs(), await get('/uploads')]).toEqual(before);
      await expect.poll(answering, { timeout: LONG }).toBe(versions[1]);
    });

    it('takes in an upload after which it was killed', async () => {
      await upload('c.csv', rowsOf('c'));
      await restart();
      await goOn('c');
      expect(await live()).toBe(await builtVersion(['a', 'b', 'c']));
    });

    it('takes in an upload whose run was killed', async () => {
      const known = new Set((await runs()).map(({ id }) => id));
      await upload('d.csv', rowsOf('d'));
      await expect
        .poll(async () => (await runs()).some(({ id }) => !known.has(id)), { timeout: LONG, interval: 5 })
        .toBe(true);
      await restart();
      await goOn('d');
      expect(await live()).toBe(await builtVersion(['a', 'b', 'c', 'd']));
    });

    it('keeps what is live when an upload cannot be read, and says why', async () => {
      const before = await live();
      const count = (await runs()).length;
      await upload('bad.csv', 'no,such\ncolumns,here\n');
      await ended(count + 1);
      expect(await live()).toBe(before);
      expect(JSON.stringify(await get('/uploads'))).toContain('bad.csv');
    });

    it('goes back to a version, and stays there after a kill', async () => {
      const response = await send('POST', '/rollback', JSON.stringify({ version: versions[0] }));
      expect(response.status).toBe(200);
      expect(await live()).toBe(versions[0]);
      await expect.poll(answering, { timeout: LONG }).toBe(versions[0]);
      await restart();
      expect(await live()).toBe(versions[0]);
      await expect.poll(answering, { timeout: LONG }).toBe(versions[0]);
    });

    it('refuses an operator without the token', async () => {
      for (const [method, path] of [
        ['GET', '/runs'],
        ['GET', '/uploads'],
        ['PUT', '/uploads/x.csv'],
        ['POST', '/rollback'],
      ] as const) {
        const response = await fetch(origin + path, { method, ...(method === 'PUT' && { body: 'x' }) });
        expect([path, response.status]).toEqual([path, 401]);
      }
    });

    /** Has an upload taken in after a kill: by the platform, or, where a run is stuck, as an operator does it. */
    async function goOn(file: string): Promise<void> {
      const version = await builtVersion([...'abcd'.slice(0, 'abcd'.indexOf(file) + 1)]);
      const isLive = async () => (await live()) === version;
      const until = Date.now() + 10_000;
      while (!(await isLive()) && Date.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 100));
      if (await isLive()) return;
      for (const { id, state } of await runs()) if (state === 'running') await send('DELETE', `/runs/${id}`);
      expect((await send('POST', '/runs')).status).toBe(202);
      await expect.poll(isLive, { timeout: LONG }).toBe(true);
    }
  });
}

/** Rows that move no mean by more than the guards allow. */
function rowsOf(file: string): string {
  const seed = file.charCodeAt(0);
  const rows = Array.from({ length: 120 }, (_, row) => {
    const n = seed + row * 7;
    const day = String(1 + (n % 27)).padStart(2, '0');
    const country = ['Peru', 'Latvia', 'China'][row % 3];
    return `2018-07-${day} 10:00:00,${country},2018-05-${day},2017-03-${day} 00:00:00,${n % 50},${20 + (n % 3)}`;
  });
  const header = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount';
  return `${[header, ...rows].join('\n')}\n`;
}

const built = new Map<string, string>();

/** @returns the version that the real build makes of files */
async function builtVersion(files: readonly string[]): Promise<string> {
  const key = files.join();
  const known = built.get(key);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'voucher-edge-built-'));
  try {
    const inputs = files.flatMap((file) => {
      const path = join(folder, `${file}.csv`);
      writeFileSync(path, rowsOf(file));
      return ['--input', path];
    });
    const out = join(folder, 'out');
    const { code, err } = await build([...inputs, '--out', out]);
    expect(code, err).toBe(0);
    const { version } = JSON.parse(readFileSync(join(out, 'current.json'), 'utf8'));
    built.set(key, version);
    return version;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
