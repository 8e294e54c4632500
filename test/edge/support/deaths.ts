import { runInDurableObject } from 'cloudflare:test';
import type { KeyValue } from '../../../src/core/publish/key-value.ts';
import type { Bucket } from '../../../src/ingest/bindings.ts';
import type { RunEngine } from '../../../src/ingest/engine.ts';
import { UPLOADS } from '../../../src/ingest/names.ts';
import { ingest, type Step } from '../../../src/ingest/run.ts';
import { Sequence, type SequenceParts } from '../../../src/ingest/sequence.ts';
import { deployedConfig } from '../../../src/platform/deployed-config.ts';
import { ingestion } from './pipeline.ts';

/** What a process that dies throws: nothing after it is done. */
export class Death extends Error {}

/** Called before and after each call, with its name, and waited for; may throw a {@link Death}. */
export type Around = (what: string) => void | Promise<void>;

export const undisturbed: Around = () => {};

/** Has the sequencer start no workflows: what a run does is done by {@link takeUp}, step by step. */
export async function byHand(
  around: Around = undisturbed,
  engine: Partial<RunEngine> = { start: async () => {}, status: async () => null },
): Promise<void> {
  await runInDurableObject<{ parts: SequenceParts; sequence: Sequence }>(
    ingestion().sequencer,
    (instance) => {
      const { parts } = instance;
      instance.sequence = new Sequence({
        ...parts,
        bucket: watched(parts.bucket, around),
        versions: watched(parts.versions, around),
        engine: { ...parts.engine, ...engine },
      });
    },
  );
}

/**
 * Does what a workflow does: runs the steps of a run whose results it does not remember, and says how the run ended.
 *
 * @param results of the steps that were done; kept in between, as a workflow keeps them
 * @param bucket what the steps read and write
 */
export async function takeUp(
  id: string,
  results: Map<string, unknown>,
  around: Around = undisturbed,
  bucket: Bucket = ingestion().bucket,
): Promise<void> {
  const { sequencer } = ingestion();
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (results.has(name)) return results.get(name) as T;
    await around(`before ${name}`);
    const result = await work();
    await around(`after ${name}`);
    results.set(name, structuredClone(result));
    return result;
  };
  const context = { id, bucket: watched(bucket, around), sequencer, config: deployedConfig };
  const ending = await ingest(context, step satisfies Step);
  await step('finish', () => sequencer.finish(id, ending));
}

/** @returns the real bucket, whose uploads end before their last row: the connection broke off without a word */
export function cuttingShort(): Bucket {
  const { bucket } = ingestion();
  return new Proxy(bucket, {
    get(target, name) {
      const method = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      if (name !== 'get') return method.bind(target);
      return async (key: string) => {
        const object = await target.get(key);
        if (object === null || !key.startsWith(UPLOADS)) return object;
        const { etag, size, customMetadata } = object;
        const text = await object.text();
        const read = text.slice(0, text.trimEnd().lastIndexOf('\n') + 1);
        return { key, etag, size, customMetadata, body: new Response(read).body };
      };
    },
  });
}

/** @returns a binding whose every method is announced before it is called and after it has been */
function watched<T extends Bucket | KeyValue>(binding: T, around: Around): T {
  return new Proxy(binding, {
    get(target, name) {
      const method = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        await around(`before ${String(name)}`);
        const result = await method.apply(target, given);
        await around(`after ${String(name)}`);
        return result;
      };
    },
  });
}

/** The runs that end by hand, one after the other, as long as there is one under way. */
export async function takeUpAll(): Promise<void> {
  for (;;) {
    const run = (await ingestion().sequencer.runs()).find(({ state }) => state === 'running');
    if (run === undefined) return;
    await takeUp(run.id, new Map());
  }
}
