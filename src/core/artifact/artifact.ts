import * as z from 'zod/mini';
import { canonicalJson, canonicalObject, sha256Hex } from '../canonical.ts';
import { ArtifactConfigSchema } from '../config/config.ts';
import type { DecidingConfig } from '../config/deciding.ts';
import type { Quality } from '../cube/cube.ts';
import type { CountryStatistics } from '../estimate/estimate.ts';
import { DROP_REASONS, type DropReason } from '../history/clean.ts';
import { type Checked, check } from '../issues.ts';
import { PERIODS, type Period } from '../period.ts';
import { parseTime } from '../time.ts';
import { VersionSchema } from './version.ts';

export const SCHEMA_VERSION = 1;

const Count = z.int().check(z.gte(0));
const Amount = z.number().check(z.gte(0));

const StatisticSchema = z.strictObject({
  count: Count.check(z.describe('Kept rows.')),
  observed: Count.check(z.describe('Rows with an amount of their own.')),
  mean: z.nullable(Amount).check(z.describe('Of observed and filled amounts.')),
  median: z.nullable(Amount).check(z.describe('The lower median of the observed amounts.')),
  mode: z.nullable(Amount).check(z.describe('The most frequent observed amount, a tie to the smaller.')),
  q1: z.nullable(Amount).check(z.describe('The lower quartile of the observed amounts.')),
  q3: z.nullable(Amount).check(z.describe('Their upper quartile; half of the rows lie between the two.')),
  standard_error: z.nullable(Amount).check(z.describe('Of the mean of the observed amounts.')),
  shrunk_mean: z
    .nullable(Amount)
    .check(z.describe('The mean, leaning on the coarser level where rows are few.')),
  shrunk_median: z.nullable(Amount).check(z.describe('The median, likewise.')),
  shrunk_mode: z.nullable(Amount).check(z.describe('The mode, likewise.')),
  amounts: z.record(z.string().check(z.regex(/^\d/)), Count).check(z.describe('Rows by observed amount.')),
  trend: z
    .optional(z.strictObject({ rows: z.array(Count), mean: z.array(z.nullable(Amount)) }))
    .check(z.describe('By period: kept rows, and the mean of observed and filled amounts.')),
});

const CountrySchema = z.strictObject({
  overall: StatisticSchema,
  segments: z.record(z.string(), z.record(z.string(), StatisticSchema)),
});

const Time = z.string().check(z.refine((text) => parseTime(text) !== null, { error: 'expected a time' }));

const Dropped = Object.fromEntries(DROP_REASONS.map((reason) => [reason, Count])) as Record<
  DropReason,
  typeof Count
>;

/** The shape of artifact.json. Countries become a Map: a name such as `__proto__` is a name like any other. */
export const ArtifactSchema: z.ZodMiniType<Artifact> = z.strictObject({
  schema_version: z.literal(SCHEMA_VERSION),
  version: VersionSchema,
  sources: z.array(
    z.strictObject({ name: z.string(), sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)), rows: Count }),
  ),
  config: ArtifactConfigSchema,
  data: z.strictObject({ first_timestamp: Time, last_timestamp: Time }),
  quality: z.strictObject({
    rows_read: Count,
    rows_kept: Count,
    dropped: z.strictObject(Dropped),
    total_orders_filled: Count,
    voucher_amount_imputed: Count,
    first_order_ts_unreadable: Count,
    total_orders_unreadable: Count,
    voucher_amount_unreadable: Count,
  }),
  countries: z.pipe(
    z.transform((value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map)
        ? new Map(Object.entries(value))
        : value,
    ),
    z.map(z.string(), CountrySchema),
  ),
  // Not in artifacts that were made before there were trends; those answer as well.
  trend: z.optional(z.strictObject({ period: z.enum(PERIODS), periods: z.array(z.string()) })),
});

/** A file that went into an artifact: its name, the SHA-256 of its bytes as stored, and the rows it had. */
export interface Source {
  name: string;
  sha256: string;
  rows: number;
}

export interface Artifact {
  schema_version: typeof SCHEMA_VERSION;
  version: string;
  sources: Source[];
  config: DecidingConfig;
  data: { first_timestamp: string; last_timestamp: string };
  quality: Quality;
  countries: Map<string, CountryStatistics>;
  /** The periods that the trends of the cells are about, by name, the oldest first; at most the last twelve. */
  trend?: { period: Period; periods: string[] } | undefined;
}

/** An artifact with the bytes that {@link artifactText} makes of it. */
export interface SealedArtifact {
  artifact: Artifact;
  text: string;
}

/** What an artifact says, before it has its version. */
export type ArtifactContent = Omit<Artifact, 'schema_version' | 'version'>;

/**
 * Gives an artifact its version: the first 16 hexadecimal digits of the SHA-256 of its canonical JSON without
 * `version` and `sources`, so that the same rows and config have the same version whatever files and engine they
 * came through.
 */
export async function sealArtifact(content: ArtifactContent): Promise<SealedArtifact> {
  const unversioned = { schema_version: SCHEMA_VERSION, ...content } as const;
  // Most of the text is needed twice, for the hash and for the file, and takes as long as the hash to write.
  const members = membersOf(unversioned);
  const version = await versionOfMembers(members);
  members.set('version', JSON.stringify(version));
  return { artifact: { ...unversioned, version }, text: textOfMembers(members) };
}

/** @returns the version that an artifact's content gives; another one than its own means that it was changed */
export async function versionOf(artifact: Omit<Artifact, 'version'>): Promise<string> {
  const { schema_version, config, data, quality, countries, trend } = artifact;
  return await versionOfMembers(membersOf({ schema_version, config, data, quality, countries, trend }));
}

async function versionOfMembers(members: ReadonlyMap<string, string>): Promise<string> {
  const hashed = new Map(members);
  for (const key of ['sources', 'version']) hashed.delete(key);
  return (await sha256Hex(canonicalObject(hashed))).slice(0, 16);
}

/** Checks a parsed artifact.json against the schema. Its hash is a question of its own: {@link versionOf}. */
export function parseArtifact(input: unknown): Checked<Artifact> {
  return check(ArtifactSchema, input);
}

/** @returns the bytes of artifact.json: canonical JSON and a line end */
export function artifactText(artifact: Artifact): string {
  return textOfMembers(membersOf(artifact));
}

function textOfMembers(members: ReadonlyMap<string, string>): string {
  return `${canonicalObject(members)}\n`;
}

/** The canonical JSON of each member that there is. */
function membersOf(artifact: Readonly<Partial<Artifact>>): Map<string, string> {
  const members = Object.entries(artifact).filter(([, value]) => value !== undefined);
  return new Map(members.map(([key, value]) => [key, canonicalJson(value)]));
}
