import { runDurableObjectAlarm } from 'cloudflare:test';
import { beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { listEntries, liveSpans } from '../../src/core/publish/history.ts';
import { livePointer } from '../../src/core/publish/publish.ts';
import { LONGEST_SILENCE_MS } from '../../src/ingest/engine.ts';
import { failure } from '../../src/ingest/record.ts';
import { consume, patrol } from '../../src/ingest/triggers.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { deployedConfig } from '../../src/platform/deployed-config.ts';
import { type Around, byHand, cuttingShort, Death, takeUp, takeUpAll } from './support/deaths.ts';
import { realKv } from './support/kv.ts';
import {
  afresh,
  built,
  deliver,
  drop,
  dropAs,
  ingestion,
  keysBelow,
  liveText,
  message,
  namesIn,
  patrolled,
} from './support/pipeline.ts';

afresh();

describe('the process of a run dies', () => {
  /**
   * Swaps b and c, and dies at the n-th moment of the run that takes that in: before or after a step, or a read or
   * write of R2 or KV.
   *
   * @param deaths of the runs before it
   * @returns whether the run lasted so long
   */
  async function dieAt(n: number, deaths: number): Promise<boolean> {
    const [before, after] = deaths % 2 === 1 ? (['ab', 'ac'] as const) : (['ac', 'ab'] as const);
    await ingestion().bucket.delete(namesIn(before).map((name) => `uploads/${name}`));
    await drop(...namesIn(after));
    await dropAs('poison.csv', `nonsense ${n}`);
    let moments = 0;
    const around = () => {
      moments++;
      if (moments === n) throw new Death();
    };
    await byHand(around);
    const id = await ingestion().sequencer.notify([after]);
    const results = new Map<string, unknown>();
    // A sweep is not worth a failure, so a death in it does not come out.
    await takeUp(id, results, around).catch(() => null);
    expect([built(before), built(after)]).toContain(await liveText());
    await takeUp(id, results);

    expect(await ingestion().sequencer.run(id)).toMatchObject({
      state: 'published',
      counts: { files: 3, counted: 1, reused: 1, quarantined: 1 },
      quarantined: [{ name: 'poison.csv', reason: expect.stringMatching(/^expected columns/) }],
    });
    expect(await liveText()).toBe(built(after));
    // The bundled version is the first.
    expect(liveSpans(await listEntries(realKv()), await livePointer(realKv()))).toHaveLength(deaths + 3);
    const kept = await ingestion().bucket.get('quarantine/poison.csv');
    expect(await kept?.text()).toBe(`nonsense ${n}`);
    return moments >= n;
  }

  // One moment in five, from a random one on; each with RUNS=10.
  const step = inject('runs') > 1 ? 1 : 5;
  it('at any moment, and the run goes on where it was', async () => {
    await byHand();
    await drop(...namesIn('ac'));
    await ingestion().sequencer.notify(['ac']);
    await takeUpAll();
    let n = 1 + Math.floor(Math.random() * step);
    for (let deaths = 0; await dieAt(n, deaths); deaths++) n += step;
    // As many moments as there were steps, reads and writes: a run that does nothing would die nowhere.
    expect(n).toBeGreaterThan(60);
  }, 600_000);

  it('before a workflow exists, and the alarm starts it', async () => {
    const created: string[] = [];
    const status = async () => null;
    const away = () => Promise.reject(new Error('the service is away'));
    await byHand(undefined, { start: away, status });
    await drop('a.csv');
    const id = await ingestion().sequencer.notify(['a.csv']);
    await byHand(undefined, { start: async (started) => void created.push(started), status });
    expect(await runDurableObjectAlarm(ingestion().sequencer)).toBe(true);
    expect(created).toEqual([id]);
    await takeUpAll();
    expect(await liveText()).toBe(built('a'));
  });

  it('and what came in meanwhile is taken in by the run after it', async () => {
    await byHand();
    await drop('a.csv');
    const id = await ingestion().sequencer.notify(['a.csv']);
    await drop('c.csv');
    const next = await ingestion().sequencer.notify(['c.csv']);
    expect(await ingestion().sequencer.run(next)).toMatchObject({ state: 'waiting', because: ['c.csv'] });
    await ingestion().sequencer.finish(id, failure('it died'));
    expect(await ingestion().sequencer.run(next)).toMatchObject({ state: 'running', because: ['c.csv'] });
    await takeUpAll();
    expect(await liveText()).toBe(built('ac'));
  });

  it('and a run that was given up cannot move the pointer any more', async () => {
    await byHand();
    await drop('a.csv');
    const old = await ingestion().sequencer.notify(['a.csv']);
    const results = new Map<string, unknown>();
    const upToPublish = (what: string) => {
      if (what === 'before publish') throw new Death();
    };
    await expect(takeUp(old, results, upToPublish)).rejects.toThrow(Death);
    await ingestion().sequencer.finish(old, failure('it was given up'));
    await drop('c.csv');
    await ingestion().sequencer.notify(['c.csv']);
    await takeUpAll();
    await expect(takeUp(old, results)).rejects.toThrow('is not under way');
    expect(await ingestion().sequencer.run(old)).toMatchObject({ state: 'failed' });
    expect(await liveText()).toBe(built('ac'));
  });
});

describe('the process of a run dies, and its workflow is called running for ever', () => {
  /** @returns the ids of the workflows that were created and terminated */
  async function undead(around?: Around): Promise<{ created: string[]; terminated: string[] }> {
    const created: string[] = [];
    const terminated: string[] = [];
    await byHand(around, {
      start: async (id) => void created.push(id),
      status: async () => ({ over: false, status: 'running' }),
      stop: async (id) => void terminated.push(id),
    });
    return { created, terminated };
  }

  /** A run of a.csv and c.csv that goes no further than to a moment. */
  async function runUpTo(moment: string, results = new Map<string, unknown>()): Promise<string> {
    await drop('a.csv', 'c.csv');
    const id = await ingestion().sequencer.notify(['a.csv']);
    const die: Around = (what) => {
      if (what === moment) throw new Death();
    };
    await expect(takeUp(id, results, die)).rejects.toThrow(Death);
    return id;
  }

  let now: number;
  beforeEach(() => {
    now = Date.now();
    vi.spyOn(systemClock, 'now').mockImplementation(() => now);
  });

  /** Moves the clock on, and runs the alarm. */
  async function look(later: number): Promise<void> {
    now += later;
    expect(await runDurableObjectAlarm(ingestion().sequencer)).toBe(true);
  }

  it('the run is given up once a step would be over, and the next one takes all in', async () => {
    const { created, terminated } = await undead();
    const id = await runUpTo('before count 2 of 2');
    await drop('b.csv.gz');
    const next = await ingestion().sequencer.notify(['b.csv.gz']);
    expect(next).not.toBe(id);
    await look(LONGEST_SILENCE_MS);
    expect(await ingestion().sequencer.run(id)).toMatchObject({ state: 'running' });
    await look(1);
    expect(await ingestion().sequencer.run(id)).toMatchObject({
      state: 'failed',
      reasons: [expect.stringMatching(/^no step of it reported within 13 minutes/)],
    });
    expect(terminated).toEqual([id]);
    expect(await ingestion().sequencer.run(next)).toMatchObject({
      state: 'running',
      because: ['b.csv.gz'],
    });
    expect(created).toEqual([id, next]);
    await takeUpAll();
    expect(await ingestion().sequencer.run(next)).toMatchObject({
      state: 'published',
      counts: { files: 3, counted: 2, reused: 1 },
    });
    expect(await liveText()).toBe(built('abc'));
  });

  it('the cron trigger starts the next run when nothing waits', async () => {
    await undead();
    await runUpTo('before count 2 of 2');
    await look(LONGEST_SILENCE_MS + 1);
    await patrol(ingestion().bucket, deployedConfig, ingestion().sequencer);
    expect(await ingestion().sequencer.runs()).toMatchObject([
      { state: 'running', because: ['cron'] },
      { state: 'failed' },
    ]);
    await takeUpAll();
    expect(await liveText()).toBe(built('ac'));
  });

  it('a run that says how its steps go is not given up, however long it takes', async () => {
    const { terminated } = await undead();
    const id = await runUpTo('before publish');
    for (const state of ['running', 'done', 'running'] as const) {
      await look(LONGEST_SILENCE_MS);
      await ingestion().sequencer.report(id, 'publish', { state });
    }
    await takeUpAll();
    expect(await ingestion().sequencer.run(id)).toMatchObject({ state: 'published' });
    expect(terminated).toEqual([]);
  });

  it('a run that had published is published, once', async () => {
    await undead();
    const id = await runUpTo('before finish');
    await look(LONGEST_SILENCE_MS + 1);
    expect(await ingestion().sequencer.run(id)).toMatchObject({ state: 'published' });
    await patrol(ingestion().bucket, deployedConfig, ingestion().sequencer);
    expect(await ingestion().sequencer.runs()).toHaveLength(1);
    // The bundled version is the first.
    expect(await listEntries(realKv())).toHaveLength(2);
    expect(await liveText()).toBe(built('ac'));
  });

  it('a move of the pointer that has begun is finished before the run is given up', async () => {
    let moving = false;
    let held = true;
    await undead(async () => {
      moving = true;
      while (held) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    const results = new Map<string, unknown>();
    const id = await runUpTo('before publish', results);
    const goingOn = takeUp(id, results);
    await vi.waitFor(() => expect(moving).toBe(true), { timeout: 100_000 });
    const looking = look(LONGEST_SILENCE_MS + 1);
    // Long enough for an alarm that does not wait.
    for (let time = 0; time < 20; time++) await ingestion().sequencer.runs();
    held = false;
    await Promise.all([looking, goingOn]);
    expect(await ingestion().sequencer.run(id)).toMatchObject({ state: 'published', reasons: [] });
    expect(await liveText()).toBe(built('ac'));
  });

  it('when it goes on after all, it is refused, and takes nothing from the run after it', async () => {
    await undead();
    const results = new Map<string, unknown>();
    const old = await runUpTo('before publish', results);
    await ingestion().bucket.delete('uploads/c.csv');
    await drop('b.csv.gz');
    await ingestion().sequencer.notify(['b.csv.gz']);
    await look(LONGEST_SILENCE_MS + 1);
    const [next] = await ingestion().sequencer.runs();
    const nextResults = new Map<string, unknown>();
    const stop: Around = (what) => {
      if (what === 'before merge 1 of 1') throw new Death();
    };
    await expect(takeUp(next?.id ?? '', nextResults, stop)).rejects.toThrow(Death);

    const report = async () => ingestion().sequencer.report(old, 'publish', { state: 'running' });
    await expect(report()).rejects.toThrow('is not under way');
    await expect(takeUp(old, results)).rejects.toThrow('is not under way');
    await ingestion().sequencer.finish(old, failure('it noticed'));
    expect(await liveText()).toBeNull();

    await takeUp(next?.id ?? '', nextResults);
    expect(await liveText()).toBe(built('ab'));
    // The bundled version is the first.
    expect(await listEntries(realKv())).toHaveLength(2);
    expect((await ingestion().sequencer.runs()).map(({ state }) => state)).toEqual(['published', 'failed']);
  });
});

describe('the queue consumer dies', () => {
  it('before it has told anybody, and the batch comes again', async () => {
    await drop('a.csv');
    const away = { notify: () => Promise.reject(new Error('the object is away')) };
    await expect(consume({ messages: [message('a.csv')] }, away)).rejects.toThrow('away');
    await deliver(message('a.csv'));
    expect(await liveText()).toBe(built('a'));
  });

  it('after it has told the sequencer, and the batch comes again', async () => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    expect(await deliver(message('a.csv'))).toMatchObject({ state: 'unchanged' });
    // The bundled version is the first.
    expect(await listEntries(realKv())).toHaveLength(2);
  });
});

describe('what a run finds in the bucket changes under its hands', () => {
  it('a file is replaced between list and count: the newer one counts', async () => {
    await byHand();
    await drop('a.csv');
    await dropAs('c.csv', 'nonsense');
    const id = await ingestion().sequencer.notify(['c.csv']);
    const results = new Map<string, unknown>();
    const stop = (what: string) => {
      if (what === 'before count 1 of 2') throw new Death();
    };
    await expect(takeUp(id, results, stop)).rejects.toThrow(Death);
    await drop('c.csv');
    await takeUp(id, results);
    expect(await ingestion().sequencer.run(id)).toMatchObject({ state: 'published', quarantined: [] });
    expect(await liveText()).toBe(built('ac'));
    await patrolled();
    expect(await ingestion().sequencer.runs()).toHaveLength(1);
  });

  it('a file is replaced while it is put into quarantine: the newer one stays', async () => {
    await byHand();
    await drop('a.csv');
    await dropAs('c.csv', 'nonsense');
    const id = await ingestion().sequencer.notify(['c.csv']);
    let replacing: Promise<void> | undefined;
    let puts = 0;
    await takeUp(id, new Map(), (what) => {
      // The list and the cube come first; then the file and its reason, then the marker.
      if (what === 'before put') puts++;
      if (puts === 3) replacing ??= drop('c.csv');
    }).catch(() => null);
    await replacing;
    await ingestion().sequencer.notify(['c.csv']);
    await takeUpAll();
    expect(await liveText()).toBe(built('ac'));
  });

  it('a file is deleted between list and count', async () => {
    await byHand();
    await drop('a.csv', 'c.csv');
    const id = await ingestion().sequencer.notify(['c.csv']);
    const results = new Map<string, unknown>();
    const stop = (what: string) => {
      if (what === 'before count 1 of 2') throw new Death();
    };
    await expect(takeUp(id, results, stop)).rejects.toThrow(Death);
    await ingestion().bucket.delete('uploads/c.csv');
    await takeUp(id, results);
    expect(await liveText()).toBe(built('a'));
  });

  it('a file comes short of its size: nothing is counted, and the step is tried again', async () => {
    await byHand();
    await drop('a.csv');
    const id = await ingestion().sequencer.notify(['a.csv']);
    const results = new Map<string, unknown>();
    const short = takeUp(id, results, undefined, cuttingShort());
    await expect(short).rejects.toThrow(/^expected \d+ bytes from the bucket, got \d+$/);
    expect(await keysBelow('cubes/')).toEqual([]);
    expect(await keysBelow('quarantine/')).toEqual([]);
    await takeUp(id, results);
    expect(await ingestion().sequencer.run(id)).toMatchObject({ state: 'published', quarantined: [] });
    expect(await liveText()).toBe(built('a'));
  });

  it('a cube is damaged or gone: the run fails, the next one counts the file again', async () => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    const [cube = ''] = await keysBelow('cubes/');
    await ingestion().bucket.put(cube, '{"cube":{}}');
    await drop('c.csv');
    await byHand();
    const id = await ingestion().sequencer.notify(['c.csv']);
    await expect(takeUp(id, new Map())).rejects.toThrow('is damaged');
    await ingestion().sequencer.finish(id, failure('damaged'));
    await ingestion().sequencer.notify(['again']);
    await takeUpAll();
    expect(await liveText()).toBe(built('ac'));
  });
});
