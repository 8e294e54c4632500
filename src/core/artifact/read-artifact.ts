import { sha256Hex } from '../canonical.ts';
import { show } from '../issues.ts';
import { type Artifact, parseArtifact, SCHEMA_VERSION, versionOf } from './artifact.ts';

/**
 * The largest artifact that is published or loaded, in bytes. KV would hold 25 MiB, but an isolate has 128 MB, and a
 * swap takes twelve times the text: the artifact that is served, the new one as text, as JSON and as checked. This
 * leaves half of the isolate to its requests, and is room for some 18,000 cells.
 */
export const MOST_ARTIFACT_BYTES = 5 * 1024 * 1024;

/** Why bytes are not the artifact that they should be. */
export type ArtifactFault = 'too_large' | 'malformed' | 'schema' | 'hash';

export type ReadArtifact =
  | { ok: true; artifact: Artifact }
  | {
      ok: false;
      code: ArtifactFault;
      /** What was expected and what came. */
      detail: string;
    };

/** What is known of an artifact before it is read. */
export interface Expected {
  version?: string | undefined;
  /**
   * Of all its bytes, from whoever made sure of the version when they were written: then the version need not be
   * computed again, which costs an isolate that starts as much as all the rest. It also covers `sources`, which the
   * version leaves out.
   */
  sha256?: string | undefined;
}

/** Reads an artifact and makes sure of it: its size, its hashes, its schema, and that it is the one expected. */
export async function readArtifact(
  bytes: Uint8Array<ArrayBuffer>,
  expected: Expected = {},
): Promise<ReadArtifact> {
  const size = bytes.byteLength;
  if (size > MOST_ARTIFACT_BYTES) {
    return fault('too_large', `expected at most ${MOST_ARTIFACT_BYTES} bytes, got ${size}`);
  }
  const sha256 = expected.sha256 === undefined ? undefined : await sha256Hex(bytes);
  if (sha256 !== expected.sha256) {
    return fault('hash', `expected bytes with SHA-256 ${expected.sha256}, got ${sha256}`);
  }
  const json = parseJson(bytes);
  if (json === undefined) return fault('malformed', `expected JSON, got ${size} bytes that do not parse`);
  const schema = schemaVersionOf(json);
  if (schema !== SCHEMA_VERSION) {
    return fault('schema', `expected schema_version ${SCHEMA_VERSION}, got ${show(schema)}`);
  }
  const parsed = parseArtifact(json);
  if (!parsed.ok) {
    const [first] = parsed.issues;
    return fault('schema', `${first?.path || 'the artifact'}: ${first?.message}`);
  }
  const { version } = parsed.value;
  if (version !== (expected.version ?? version)) {
    return fault('hash', `expected version ${expected.version}, got ${version}`);
  }
  if (sha256 !== undefined) return { ok: true, artifact: parsed.value };
  // Of the content as it came: what the schema adds by default is no part of what was sealed.
  const found = await versionOf(json as Artifact);
  if (found === version) return { ok: true, artifact: parsed.value };
  return fault('hash', `expected the content of version ${version}, got that of ${found}`);
}

function fault(code: ArtifactFault, detail: string): ReadArtifact {
  return { ok: false, code, detail };
}

/** @returns undefined for what is not UTF-8 or not JSON */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function schemaVersionOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'schema_version' in json
    ? json.schema_version
    : undefined;
}
