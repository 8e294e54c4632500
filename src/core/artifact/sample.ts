import type { ArtifactStatistics } from './statistics.ts';

/** The content of build/sample/history.csv, by which it is known under any name. */
export const SAMPLE_SHA256 = '48467402f167609729c5179001b838dcf30adbf9b9a10283684bea72c317d183';

/** Whether an artifact is made of the sample alone: its amounts are made up, so nothing has to be like them. */
export function isOfSample({ statistics }: { statistics: ArtifactStatistics | null }): boolean {
  const { sources = [] } = statistics ?? {};
  return sources.length > 0 && sources.every(({ sha256 }) => sha256 === SAMPLE_SHA256);
}
