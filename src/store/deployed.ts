import artifact from '../../artifacts/current.json' with { type: 'json' };
import { canonicalJson } from '../core/canonical.ts';
import type { Bundled } from '../core/publish/publish.ts';
import { type BundledStore, bundledStore } from './bundled.ts';

/** Reads artifacts/current.statistics.json, which is never in the bundle; null where it is not deployed. */
export type ReadStatisticsText = () => Promise<string | null>;

/** Where the statistics of the bundled artifact are among the static assets. */
const STATISTICS = '/current.statistics.json';

/** @returns a store of artifacts/current.json as it was when the service was deployed */
export function deployedStore(statistics: ReadStatisticsText): BundledStore {
  return bundledStore(artifact, statistics);
}

/** @returns what reads the same artifact as it is published: both texts, byte for byte those of the build */
export function deployedBody(statistics: ReadStatisticsText): Bundled {
  const store = deployedStore(statistics);
  return async () => {
    const state = store.current();
    if (!state.ok) return null;
    const table = `${canonicalJson(artifact)}\n`;
    return {
      table: state.compiled.table,
      texts: { table, statistics: await statistics().catch(() => null) },
    };
  };
}

/** @param assets the static assets of a Worker; no path serves this file */
export function assetStatistics(
  assets: { fetch(request: Request): Promise<Response> } | undefined,
): ReadStatisticsText {
  return async () => {
    const response = await assets?.fetch(new Request(`https://assets.local${STATISTICS}`));
    return response?.status === 200 ? await response.text() : null;
  };
}
