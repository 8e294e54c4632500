import * as z from 'zod/mini';
import { type Artifact, artifactText } from '../artifact/artifact.ts';
import { MOST_ARTIFACT_BYTES, type ReadArtifact, readArtifact } from '../artifact/read-artifact.ts';
import { sha256Hex } from '../canonical.ts';
import { DataError } from '../errors.ts';
import { type KeyValue, listAll } from './key-value.ts';

const PREFIX = 'artifact:';

/** @returns the key of an artifact's body, which never changes once it is there */
export function bodyKey(version: string): string {
  return `${PREFIX}${version}`;
}

/** What stands beside a body, so that a list tells it without reading the body. */
const BodyMetadataSchema = z.object({
  /** Of the bytes of the body. */
  sha256: z.string(),
  bytes: z.number(),
  rows_kept: z.number(),
  countries: z.number(),
  /** ISO 8601. */
  stored_at: z.string(),
});
export type BodyMetadata = z.infer<typeof BodyMetadataSchema>;

/** @returns null for metadata that publishing did not write */
export function bodyMetadata(metadata: unknown): BodyMetadata | null {
  const parsed = z.safeParse(BodyMetadataSchema, metadata);
  return parsed.success ? parsed.data : null;
}

export interface StoredBody {
  version: string;
  metadata: BodyMetadata | null;
}

/** @returns the artifacts that are stored, in the order of their versions */
export async function listBodies(kv: KeyValue): Promise<StoredBody[]> {
  const keys = await listAll(kv, PREFIX);
  return keys.map(({ name, metadata }) => ({
    version: name.slice(PREFIX.length),
    metadata: bodyMetadata(metadata),
  }));
}

/** What stands under a body's key. */
export interface Body {
  text: string;
  metadata: BodyMetadata;
}

/** @param now milliseconds since the epoch: from when on it counts as stored @throws DataError when it is too large */
export async function bodyOf(artifact: Artifact, now: number): Promise<Body> {
  const text = artifactText(artifact);
  const bytes = new TextEncoder().encode(text);
  if (bytes.byteLength > MOST_ARTIFACT_BYTES) {
    throw new DataError(
      `expected an artifact of at most ${MOST_ARTIFACT_BYTES} bytes, got ${bytes.byteLength}: use fewer bands`,
    );
  }
  const metadata: BodyMetadata = {
    sha256: await sha256Hex(bytes),
    bytes: bytes.byteLength,
    rows_kept: artifact.quality.rows_kept,
    countries: artifact.countries.size,
    stored_at: new Date(now).toISOString(),
  };
  return { text, metadata };
}

/**
 * Stores an artifact under its version, and reads it back as the service will. One that is there already is written
 * again: what is read may be a minute old, and gone by now.
 *
 * @throws DataError when what is read back is not what was written
 */
export async function storeBody(kv: KeyValue, version: string, { text, metadata }: Body): Promise<void> {
  await kv.put(bodyKey(version), text, { metadata });
  const written = await readBody(kv, version);
  if (!written.ok)
    throw new DataError(`artifact ${version} was written, but reads back wrong: ${written.detail}`);
}

export type ReadBody = ReadArtifact | { ok: false; code: 'missing'; detail: string };

/** Reads a stored artifact and makes sure of it. */
export async function readBody(kv: KeyValue, version: string): Promise<ReadBody> {
  const text = await kv.get(bodyKey(version));
  if (text === null) return { ok: false, code: 'missing', detail: `there is no artifact ${version}` };
  return readArtifact(new TextEncoder().encode(text), { version });
}
