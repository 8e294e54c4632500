import { MOST_TABLE_BYTES } from '../core/artifact/read-table.ts';
import { statisticsPlace } from '../core/artifact/statistics.ts';
import { type LoadedTable, loadTable } from '../core/decide/load.ts';
import { checkServed } from '../core/publish/bodies.ts';
import { type ArtifactSource, BOTH_FILES, type Loaded, liveSince, loadedOf } from './source.ts';

/** The artifact at a URL, asked for with the ETag of the one that is held, so that it is sent only when it changed. */
export function urlSource(url: string, fetch: typeof globalThis.fetch, deadline: number): ArtifactSource {
  /** What the tag was sent with: what was read too late is not held. */
  let last = { etag: '', version: '' };
  return {
    origin: 'url',
    async load(held): Promise<Loaded> {
      const known = last.etag !== '' && held?.table.version === last.version;
      const headers: Record<string, string> = known ? { 'if-none-match': last.etag } : {};
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(deadline) }).catch(hideUrl);
      const live = liveSince(lastModified(response.headers));
      if (response.status === 304 && held !== null) return { kind: 'current', compiled: held, live };
      if (response.status !== 200) {
        await response.body?.cancel();
        const detail = `expected 200 or 304, got ${response.status}; ${BOTH_FILES}`;
        return { kind: 'bad', code: response.status === 404 ? 'missing' : 'unreachable', detail };
      }
      const read = await readLimited(response);
      if (read.ok) last = { etag: response.headers.get('etag') ?? '', version: read.compiled.table.version };
      return loadedOf(read, held, live);
    },
    async statistics(table) {
      const place = new URL(url);
      place.pathname = statisticsPlace(place.pathname);
      const response = await fetch(place, { signal: AbortSignal.timeout(deadline) }).catch(hideUrl);
      if (response.status === 200) return checkServed(await response.text(), table);
      await response.body?.cancel();
      return {
        ok: false,
        detail: `expected 200 for the statistics beside the artifact, got ${response.status}; ${BOTH_FILES}`,
      };
    },
  };
}

/** What a failed fetch says quotes the URL, and a URL may hold a key: the log gets the kind of failure alone. */
function hideUrl(error: unknown): never {
  throw new Error(`the URL cannot be fetched (${error instanceof Error ? error.name : 'error'})`);
}

/** Reads no more of a body than a table may have. */
async function readLimited({ body }: Response): Promise<LoadedTable> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > MOST_TABLE_BYTES) break;
  }
  return loadTable(new Uint8Array(await new Blob(chunks).arrayBuffer()));
}

function lastModified(headers: Headers): string | null {
  const time = Date.parse(headers.get('last-modified') ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
