import { SCHEMA_VERSION, type Table } from '../core/artifact/table.ts';
import { compileArtifact } from '../core/decide/compile.ts';
import { checkServed } from '../core/publish/bodies.ts';
import type { ArtifactState, ArtifactStore } from './artifact-store.ts';

/** A store that has its artifact from the beginning. */
export interface BundledStore extends ArtifactStore {
  current(): ArtifactState;
}

/**
 * A store of the one table that was put into the bundle. The build has checked it, so it is only made ready here, when
 * it is first asked for: an isolate that answers from KV never is. One that does not fit leaves a service that runs and
 * says so.
 *
 * @param json the content of artifacts/current.json, parsed
 * @param statisticsText reads artifacts/current.statistics.json, which is never in the bundle
 */
export function bundledStore(
  json: unknown,
  statisticsText: () => Promise<string | null> = async () => null,
): BundledStore {
  let state: ArtifactState | undefined;
  return {
    current: () => (state ??= load(json)),
    async statistics(table) {
      const text = await statisticsText().catch(() => null);
      if (text !== null) return checkServed(text, table);
      return {
        ok: false,
        detail: 'the statistics of the bundled artifact are not deployed: run npm run build:console',
      };
    },
  };
}

function load(json: unknown): ArtifactState {
  const { schema_version, version } = Object(json) as Partial<Table>;
  if (schema_version !== SCHEMA_VERSION) {
    const reason = `the bundled artifact has another format than schema_version ${SCHEMA_VERSION}: run npm run build:artifact`;
    return { ok: false, reason };
  }
  try {
    return { ok: true, compiled: compileArtifact(json as Table), origin: 'bundled' };
  } catch (error) {
    return {
      ok: false,
      reason: `the bundled artifact ${version} does not fit: ${error}: run npm run build:artifact`,
    };
  }
}
