import { canonicalJson, canonicalObject, sha256Hex } from '../canonical.ts';
import {
  type ArtifactStatistics,
  type Source,
  type StatisticsContent,
  statisticsMembers,
} from './statistics.ts';
import { SCHEMA_VERSION, type Table, tableCells } from './table.ts';

/** Two files of one version: what the service answers from, and what people want to know about it. */
export interface Artifact {
  version: string;
  table: Table;
  statistics: ArtifactStatistics;
  /** The content of the files. */
  texts: { table: string; statistics: string };
}

/** What an artifact says, before it has its version. */
export interface ArtifactContent extends Pick<Table, 'config' | 'data' | 'quality'>, StatisticsContent {
  sources: Source[];
  report?: ArtifactStatistics['report'];
}

/**
 * Makes both files, and gives them their version: the first 16 hexadecimal digits of the SHA-256 of the table's
 * canonical JSON without `version`. The table holds the hash of the statistics without `sources`, so the same rows and
 * config have the same version whatever files and engine they came through.
 */
export async function sealArtifact(content: ArtifactContent): Promise<Artifact> {
  const { config, data, quality, countries, trend, sources, report } = content;
  // Texts are needed twice, for a hash and for a file, and take longer to write than to hash.
  const ofStatistics = statisticsMembers({ countries, trend });
  // Hashed while the table is made.
  const hashing = sha256Hex(canonicalObject(ofStatistics));
  const cells = tableCells(countries, config);
  const statistics_sha256 = await hashing;
  const unversioned = {
    schema_version: SCHEMA_VERSION,
    config,
    data,
    quality,
    statistics_sha256,
    ...cells,
  } as const;
  const members = new Map(Object.entries(unversioned).map(([key, value]) => [key, canonicalJson(value)]));
  const version = (await sha256Hex(canonicalObject(members))).slice(0, 16);
  for (const each of [members, ofStatistics]) each.set('version', JSON.stringify(version));
  ofStatistics.set('sources', canonicalJson(sources));
  if (report !== undefined) ofStatistics.set('report', canonicalJson(report));
  const statistics = { schema_version: SCHEMA_VERSION, version, sources, report, countries, trend } as const;
  return {
    version,
    table: { ...unversioned, version },
    statistics,
    texts: { table: `${canonicalObject(members)}\n`, statistics: `${canonicalObject(ofStatistics)}\n` },
  };
}
