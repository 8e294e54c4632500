import { parseArtifact } from '../core/artifact/artifact.ts';
import { compileArtifact } from '../core/decide/compile.ts';
import type { ArtifactState, ArtifactStore } from './artifact-store.ts';

/**
 * A store of the one artifact that was put into the bundle. It is checked and compiled here, once for each isolate;
 * one that does not fit leaves a service that runs and says so.
 *
 * @param json the content of artifacts/current.json, parsed
 */
export function bundledStore(json: unknown): ArtifactStore {
  const state = load(json);
  return { current: () => state };
}

function load(json: unknown): ArtifactState {
  const parsed = parseArtifact(json);
  if (parsed.ok) return { ok: true, compiled: compileArtifact(parsed.value), origin: 'bundled' };
  const [first] = parsed.issues;
  const reason = `the bundled artifact does not fit the schema: ${first?.path || 'it'}: ${first?.message}`;
  return { ok: false, reason };
}
