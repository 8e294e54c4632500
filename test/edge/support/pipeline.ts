import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, inject, vi } from 'vitest';
import type { Run } from '../../../src/api/runs.ts';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { readStatistics } from '../../../src/core/artifact/statistics.ts';
import type { Table } from '../../../src/core/artifact/table.ts';
import { POINTER_KEY } from '../../../src/core/publish/pointer.ts';
import { type Ingestion, ingestionOf } from '../../../src/ingest/ingestion.ts';
import { UPLOADS } from '../../../src/ingest/names.ts';
import { consume, patrol } from '../../../src/ingest/triggers.ts';
import { deployedConfig } from '../../../src/platform/deployed-config.ts';
import { realKv } from './kv.ts';
import { SETS, type SetName } from './uploads.ts';

/** Has each test find empty bindings, and keeps what runs write to the log to itself. */
export function afresh(): void {
  beforeEach(() => {
    vi.spyOn(console, 'log').mockReturnValue();
    vi.spyOn(console, 'error').mockReturnValue();
  });
  afterEach(async ({ task }) => {
    vi.restoreAllMocks();
    if (task.result?.state === 'fail') await leftOver();
    await emptied();
  });
}

/** Empties the bindings. Under load the runtime leaves a busy bucket as it was, now and then: then it is told again. */
export async function emptied(): Promise<void> {
  const isEmpty = async () => {
    await reset();
    const [kept, published] = [await keysBelow(''), await realKv().list({ prefix: '' })];
    expect([...kept, ...published.keys]).toEqual([]);
  };
  await vi.waitFor(isEmpty, { timeout: 30_000 });
}

/**
 * Waits for what a test leaves that timed out: its uploads and its run go on, and would come into the empty bindings
 * of the next test, which then fails as well.
 */
async function leftOver(): Promise<void> {
  const isOver = async () => {
    const before = await ingestion().sequencer.runs();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const [newest, ...others] = await ingestion().sequencer.runs();
    expect(others.length + (newest ? 1 : 0)).toBe(before.length);
    expect(['waiting', 'running']).not.toContain(newest?.state);
  };
  await vi.waitFor(isOver, { timeout: 60_000 }).catch(() => null);
}

/** The real bindings of the test runtime. */
export function ingestion(): Ingestion {
  const found = ingestionOf(env);
  if (found === undefined) throw new Error('expected the bindings of ingestion in wrangler.toml');
  return found;
}

export function fileBytes(name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(inject('builds').files[name] ?? ''), (letter) => letter.charCodeAt(0));
}

/** Puts files into the bucket as another program does, without a word to the queue. */
export async function drop(...names: readonly string[]): Promise<void> {
  for (const name of names) await dropAs(name, fileBytes(name));
}

export async function dropAs(name: string, content: Uint8Array<ArrayBuffer> | string): Promise<void> {
  const body = new Response(content).body as ReadableStream;
  await ingestion().bucket.put(UPLOADS + name, body);
}

/** A message as an event notification of R2 comes from the queue. */
export function message(name: string, action = 'PutObject'): { body: unknown } {
  const object = { key: UPLOADS + name, size: 65_536, eTag: 'c846ff7a18f28c2e262116d6e8719ef0' };
  return {
    body: {
      account: '3f4b7e3d',
      action,
      bucket: 'voucher-edge-uploads',
      object,
      eventTime: '2024-05-24T19:36:44.379Z',
    },
  };
}

/** Delivers messages in one batch, and waits until all that they started is over. @returns the newest run */
export async function deliver(...messages: { body: unknown }[]): Promise<Run> {
  await consume({ messages }, ingestion().sequencer);
  return await idle();
}

/** What the cron trigger does. @returns the newest run, when all is over */
export async function patrolled(): Promise<Run> {
  const { bucket, sequencer } = ingestion();
  await patrol(bucket, deployedConfig, sequencer);
  return await idle();
}

/** Waits until no run is under way. @returns the newest */
export async function idle(): Promise<Run> {
  // A test that timed out is not to ask for ever beside those that follow it.
  for (const end = Date.now() + 110_000; Date.now() < end; ) {
    const [newest] = await ingestion().sequencer.runs();
    if (newest !== undefined && !['waiting', 'running'].includes(newest.state)) return newest;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the runs did not end');
}

/** The text of the artifact that is live; null where nothing was published. */
export async function liveText(): Promise<string | null> {
  const pointer = await realKv().get(POINTER_KEY);
  return pointer === null ? null : await realKv().get(`artifact:${JSON.parse(pointer).version}`);
}

/** What the real build makes of a set of files. */
export function built(set: SetName): string {
  return inject('builds').artifacts[set];
}

/** What the real build makes of a set of files, to be published as the command line does. */
export async function artifactOf(set: SetName): Promise<Artifact> {
  const texts = { table: built(set), statistics: inject('builds').statistics[set] };
  const table: Table = JSON.parse(texts.table);
  const read = await readStatistics(texts.statistics, table);
  if (!read.ok) throw new Error(read.detail);
  return { version: table.version, table, statistics: read.statistics, texts };
}

export function namesIn(set: SetName): readonly string[] {
  return SETS[set];
}

/** The keys below a prefix of the bucket. */
export async function keysBelow(prefix: string): Promise<string[]> {
  return (await ingestion().bucket.list({ prefix })).objects.map(({ key }) => key);
}
