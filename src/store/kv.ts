import { readArtifact } from '../core/artifact/read-artifact.ts';
import { compileArtifact } from '../core/decide/compile.ts';
import { bodyKey, bodyMetadata } from '../core/publish/bodies.ts';
import { POINTER_KEY, parseEntry } from '../core/publish/pointer.ts';
import type { ArtifactSource, Loaded } from './source.ts';

/** What is used of a Workers KV namespace to read artifacts. */
export interface ArtifactKv {
  get(key: string, options: { type: 'text'; cacheTtl: number }): Promise<string | null>;
  getWithMetadata(
    key: string,
    options: { type: 'arrayBuffer' },
  ): Promise<{ value: ArrayBuffer | null; metadata: unknown }>;
}

/**
 * Seconds for which a location may answer from its own copy of the pointer; no fewer are allowed. The body is read
 * with the default of a minute: it never changes, but KV also remembers that a key was not there.
 */
const POINTER_TTL = 30;

/** The artifact that the pointer in KV points to. A look that finds the pointer where it was reads one small key. */
export function kvSource(kv: ArtifactKv): ArtifactSource {
  return {
    origin: 'kv',
    async load(held): Promise<Loaded> {
      const text = await kv.get(POINTER_KEY, { type: 'text', cacheTtl: POINTER_TTL });
      if (text === null) return { kind: 'nothing' };
      const pointer = parseEntry(text);
      if (!pointer.ok) {
        const [first] = pointer.issues;
        const detail = `${POINTER_KEY}: ${first?.path ? `${first.path}: ` : ''}${first?.message}`;
        return { kind: 'bad', code: 'pointer', detail };
      }
      const { version, live_since: publishedAt } = pointer.value;
      if (version === held?.artifact.version) return { kind: 'same', publishedAt };
      const { value, metadata } = await kv.getWithMetadata(bodyKey(version), { type: 'arrayBuffer' });
      if (value === null) return { kind: 'bad', code: 'missing', detail: `there is no artifact ${version}` };
      const sha256 = bodyMetadata(metadata)?.sha256;
      const read = await readArtifact(new Uint8Array(value), { version, sha256 });
      if (!read.ok) return { kind: 'bad', code: read.code, detail: `artifact ${version}: ${read.detail}` };
      return { kind: 'new', compiled: compileArtifact(read.artifact), publishedAt };
    },
  };
}
