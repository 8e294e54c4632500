import { readArtifact } from '../core/artifact/read-artifact.ts';
import type { Config } from '../core/config/config.ts';
import { compileArtifact } from '../core/decide/compile.ts';
import { DataError } from '../core/errors.ts';
import { readBody } from '../core/publish/bodies.ts';
import { diffArtifacts } from '../core/publish/diff.ts';
import { objectionsTo } from '../core/publish/guards.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import type { Pointer } from '../core/publish/pointer.ts';
import { HeldError, livePointer, publish } from '../core/publish/publish.ts';
import type { Bucket } from './bindings.ts';
import { artifactKey } from './names.ts';

export type PublishOutcome =
  | { state: 'published' | 'unchanged' }
  /** `held`: what is live is held, whatever the guards say. */
  | { state: 'refused' | 'held'; reasons: string[] };

export interface PublishOptions {
  /** Of the run. */
  id: string;
  /** Who started it, for the history. */
  by: string;
  /** Publishes whatever the guards say. */
  force: boolean;
  /** Milliseconds since the epoch. */
  now: number;
  /** The pointer as the caller last moved it. */
  known: Pointer | null;
  /** Called with the pointer as it then is. */
  onMove: (pointer: Pointer) => void;
}

/** Publishes the artifact of a run, if the guards let it pass. */
export async function publishRun(
  { bucket, versions, config }: { bucket: Bucket; versions: KeyValue; config: Config },
  { id, by, force, now, known, onMove }: PublishOptions,
): Promise<PublishOutcome> {
  const object = await bucket.get(artifactKey(id));
  if (object === null) throw new Error(`expected the artifact of ${id} in the bucket, found nothing`);
  const made = await readArtifact(new TextEncoder().encode(await object.text()));
  if (!made.ok)
    return { state: 'refused', reasons: [`the artifact of this run does not hold: ${made.detail}`] };

  const before = await livePointer(versions, known);
  // This run has moved it, and died before it could say so.
  if (before?.version === made.artifact.version && before.run === id) return { state: 'published' };
  if (!force) {
    const reasons = await objections(versions, before, made.artifact, config);
    if (reasons.length > 0) return { state: 'refused', reasons };
  }
  try {
    const { moved, pointer } = await publish(versions, made.artifact, { by, now, known, run: id });
    onMove(pointer);
    return { state: moved ? 'published' : 'unchanged' };
  } catch (error) {
    if (error instanceof HeldError) return { state: 'held', reasons: [error.message] };
    if (error instanceof DataError) return { state: 'refused', reasons: [error.message] };
    throw error;
  }
}

async function objections(
  kv: KeyValue,
  before: Pointer | null,
  after: Parameters<typeof compileArtifact>[0],
  { guards }: Config,
): Promise<string[]> {
  const body = before === null ? null : await readBody(kv, before.version);
  // What is live and cannot be read cannot be compared with, and is better replaced.
  const old = body?.ok ? compileArtifact(body.artifact) : null;
  return objectionsTo(diffArtifacts(old, compileArtifact(after)), guards).map(
    ({ guard, message }) => `${guard}: ${message}`,
  );
}
