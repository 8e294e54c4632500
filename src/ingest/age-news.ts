import { dataAge, staleWarnings } from '../core/artifact/data-age.ts';
import type { Config } from '../core/config/config.ts';
import { readBody } from '../core/publish/bodies.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import { type News, staleNews } from '../core/publish/news.ts';
import type { RunStorage } from './bindings.ts';

/** The newest row of a live version, and whether its age was reported. */
interface Known {
  version: string;
  last_timestamp: string;
  told: boolean;
}

const AGE = 'age';

/**
 * Reports once for each live version that its history is stale.
 *
 * @param version the one that is live
 * @param nowMs milliseconds since the epoch
 * @returns the news; null if the history is not stale, or if that was reported already
 */
export async function newsOfAge(
  { storage, versions, config }: { storage: RunStorage; versions: KeyValue; config: Config },
  version: string,
  nowMs: number,
): Promise<News | null> {
  const stored = storage.get(AGE) as Known | undefined;
  const known = stored?.version === version ? stored : await ageOf(versions, version);
  if (known === null) return null;
  const [warning] = staleWarnings(dataAge(known, nowMs, config));
  storage.put(AGE, { ...known, told: known.told || warning !== undefined } satisfies Known);
  return warning === undefined || known.told ? null : staleNews(version, warning, nowMs);
}

async function ageOf(versions: KeyValue, version: string): Promise<Known | null> {
  const body = await readBody(versions, version);
  return body.ok ? { version, last_timestamp: body.compiled.table.data.last_timestamp, told: false } : null;
}
