import { readStatistics } from '../core/artifact/statistics.ts';
import type { Config } from '../core/config/config.ts';
import { loadTable } from '../core/decide/load.ts';
import { DataError } from '../core/errors.ts';
import { diffArtifacts } from '../core/publish/diff.ts';
import { objectionsTo } from '../core/publish/guards.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import type { Pointer } from '../core/publish/pointer.ts';
import { livePointer, publish } from '../core/publish/publish.ts';
import type { Compared } from '../core/publish/side.ts';
import { storedArtifact } from '../core/publish/versions.ts';
import { deployedConfig } from '../platform/deployed-config.ts';
import type { Bucket, IngestEnv } from './bindings.ts';
import { RUNS } from './names.ts';

export type PublishOutcome =
  | { ok: true /** Whether another version was live before. */; moved: boolean }
  | { ok: false; reasons: string[] };

export interface PublishOptions {
  /** Of the run. */
  id: string;
  /** Publishes whatever the guards say. */
  force: boolean;
  /** Milliseconds since the epoch. */
  now: number;
  /** The pointer as the caller last moved it. */
  known: Pointer | null;
  /** Called with the pointer as it then is. */
  onMove: (pointer: Pointer) => void;
}

/** @returns the key under which a run puts a part of the artifact that it made */
export function madeKey(run: string, part: 'table' | 'statistics'): string {
  return `${RUNS}${run}/${part}.json`;
}

/** Publishes the artifact of a run, if the guards let it pass. */
export async function publishRun(
  { UPLOADS, ARTIFACTS }: Pick<IngestEnv, 'UPLOADS' | 'ARTIFACTS'>,
  { id, force, now, known, onMove }: PublishOptions,
): Promise<PublishOutcome> {
  const texts = {
    table: await madeText(UPLOADS, id, 'table'),
    statistics: await madeText(UPLOADS, id, 'statistics'),
  };
  const made = await loadTable(new TextEncoder().encode(texts.table));
  if (!made.ok) return { ok: false, reasons: [`the artifact of this run cannot be served: ${made.detail}`] };
  const { table } = made.compiled;
  const read = await readStatistics(texts.statistics, table);
  if (!read.ok) return { ok: false, reasons: [read.detail] };
  const after = { compiled: made.compiled, statistics: read.statistics };

  const by = `run ${id}`;
  const before = await livePointer(ARTIFACTS, known);
  // This run has moved it, and died before it could say so.
  if (before?.version === table.version && before.by === by) return { ok: true, moved: true };
  if (!force) {
    const reasons = await objections(ARTIFACTS, before, after, deployedConfig());
    if (reasons.length > 0) return { ok: false, reasons };
  }
  try {
    const artifact = { version: table.version, table, statistics: read.statistics, texts };
    const { moved, pointer } = await publish(ARTIFACTS, artifact, { by, now, known });
    onMove(pointer);
    return { ok: true, moved };
  } catch (error) {
    if (error instanceof DataError) return { ok: false, reasons: [error.message] };
    throw error;
  }
}

async function madeText(bucket: Bucket, run: string, part: 'table' | 'statistics'): Promise<string> {
  const object = await bucket.get(madeKey(run, part));
  if (object === null) throw new Error(`expected the ${part} of ${run} in the bucket, found nothing`);
  return await object.text();
}

async function objections(
  kv: KeyValue,
  before: Pointer | null,
  after: Compared,
  { guards }: Config,
): Promise<string[]> {
  // What is live and cannot be read cannot be compared with, and is better replaced.
  const old = before === null ? null : await storedArtifact(kv, before.version);
  return objectionsTo(diffArtifacts(old?.ok ? old.compared : null, after), guards).map(
    ({ guard, message }) => `${guard}: ${message}`,
  );
}
