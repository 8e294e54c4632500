import { loadTable } from '../core/decide/load.ts';
import { firstIssue } from '../core/issues.ts';
import { MOST_PARTS_SERVED, readStoredStatistics, tableKey } from '../core/publish/bodies.ts';
import { POINTER_KEY, parseEntry } from '../core/publish/pointer.ts';
import { type ArtifactSource, type Live, type Loaded, loadedOf } from './source.ts';

/** What is used of a Workers KV namespace to read artifacts. */
export interface ArtifactKv {
  get(key: string, options: { type: 'text'; cacheTtl?: number }): Promise<string | null>;
  get(key: string, options: { type: 'arrayBuffer' }): Promise<ArrayBuffer | null>;
}

/**
 * Seconds for which a location may answer from its own copy of the pointer; no fewer are allowed. The table is read
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
        const detail = `${POINTER_KEY}: ${firstIssue(pointer.issues, 'it')}; publish again`;
        return { kind: 'bad', code: 'pointer', detail };
      }
      const { version, live_since: since, hold, history_source: historySource } = pointer.value;
      const live: Live = { since, hold, historySource };
      if (version === held?.table.version) return { kind: 'current', compiled: held, live };
      const value = await kv.get(tableKey(version), { type: 'arrayBuffer' });
      if (value === null)
        return { kind: 'bad', code: 'missing', detail: `there is no artifact ${version}: publish it again` };
      return loadedOf(await loadTable(new Uint8Array(value), version), held, live, `artifact ${version}: `);
    },
    statistics: (table) =>
      readStoredStatistics({ get: (key) => kv.get(key, { type: 'text' }) }, table, MOST_PARTS_SERVED),
  };
}
