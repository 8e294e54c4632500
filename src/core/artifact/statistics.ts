import { canonicalJson, sha256Hex } from '../canonical.ts';
import type { CountryStatistics } from '../estimate/estimate.ts';
import { parseJson } from '../parse-json.ts';
import type { Period } from '../period.ts';
import { SCHEMA_VERSION, type Table } from './table.ts';

/** A file that went into an artifact: its name, the SHA-256 of its bytes as stored, and the rows it had. */
export interface Source {
  name: string;
  sha256: string;
  rows: number;
}

/** What the version of an artifact says of its statistics. */
export interface StatisticsContent {
  /** By name as shown. A Map, so that a name such as `__proto__` is an ordinary name. */
  countries: Map<string, CountryStatistics>;
  /** The periods that the trends of the cells are about, by name, the oldest first; at most the last twelve. */
  trend?: { period: Period; periods: string[] } | undefined;
}

/** All that the history says of each cell of a table. It is read when people ask, and never to answer. */
export interface ArtifactStatistics extends StatisticsContent {
  schema_version: typeof SCHEMA_VERSION;
  /** That of the table. */
  version: string;
  sources: Source[];
  /** What a build keeps for people: see api/report.ts. Like the names of sources it is no part of the version. */
  report?: object | undefined;
}

/** @returns the path of the statistics that belong to a table at a path: `X.statistics.json` for `X.json` */
export function statisticsPlace(path: string): string {
  return path.replace(/(?:\.json)?$/, '.statistics.json');
}

/** @returns the canonical JSON of what the hash in the table is of, by member */
export function statisticsMembers({ countries, trend }: StatisticsContent): Map<string, string> {
  const members = Object.entries({ schema_version: SCHEMA_VERSION, countries, trend });
  return new Map(
    members.flatMap(([key, value]) => (value === undefined ? [] : [[key, canonicalJson(value)]])),
  );
}

export type ReadStatistics = { ok: true; statistics: ArtifactStatistics } | { ok: false; detail: string };

/** Reads the statistics of a table and makes sure that they are its own: the table has their hash. */
export async function readStatistics(
  text: string,
  { version, statistics_sha256 }: Pick<Table, 'version' | 'statistics_sha256'>,
): Promise<ReadStatistics> {
  const json = parseJson(text) as Partial<Omit<ArtifactStatistics, 'countries'>> & { countries?: object };
  const refuse = (what: string): ReadStatistics => ({
    ok: false,
    detail: `the statistics of ${version} ${what}: build it again, or publish it again`,
  });
  if (typeof json !== 'object' || json === null) return refuse('are damaged or cut off');
  if (json.version !== version || !Array.isArray(json.sources))
    return refuse('are those of another artifact');
  const { countries: byName = {}, ...rest } = json;
  // They are canonical, countries first: to hash the text as it is takes a fifth of the time of writing it again.
  const [tail, hashed] = [rest, { schema_version: SCHEMA_VERSION, trend: rest.trend }].map(
    (members) => `,${canonicalJson(members).slice(1)}`,
  ) as [string, string];
  const whole = text.trimEnd();
  const found = whole.endsWith(tail) && (await sha256Hex(whole.slice(0, -tail.length) + hashed));
  if (found !== statistics_sha256) return refuse('were changed');
  const countries = new Map<string, CountryStatistics>(Object.entries(byName));
  const { schema_version, sources, trend, report } = rest as ArtifactStatistics;
  return { ok: true, statistics: { schema_version, version, sources, countries, trend, report } };
}
