import * as z from 'zod/mini';
import { Version } from '../artifact/version.ts';
import { type Checked, check } from '../issues.ts';
import { parseJson } from '../parse-json.ts';

/** The key of the pointer: the one key that changes. */
export const POINTER_KEY = 'current';

/**
 * What moves the pointer:
 * - bundled: it was live before anything was published, since it was deployed with the service
 * - publish
 * - rollback: to an earlier version, which is then held
 * - hold: no publish replaces what is live until it is released
 * - release
 */
export const ACTIONS = ['bundled', 'publish', 'rollback', 'hold', 'release'] as const;
export type Action = (typeof ACTIONS)[number];

/** Where a deployment can take its history from: files that are uploaded to it, or builds that the command line publishes. */
export const HISTORY_SOURCES = ['uploads', 'command_line'] as const;
export type HistorySource = (typeof HISTORY_SOURCES)[number];

const Instant = z.string().check(z.refine(isInstant, { error: 'expected an ISO 8601 time in UTC' }));

const HoldSchema = z.object({
  /** ISO 8601 in UTC, with milliseconds. */
  since: Instant,
  by: z.string(),
  reason: z.nullable(z.string()),
});
/** Who holds a version, since when and why. */
export type Hold = z.infer<typeof HoldSchema>;

const EntrySchema = z.object({
  /** What is live from now on. */
  version: Version,
  action: z.enum(ACTIONS),
  /** ISO 8601 in UTC, with milliseconds. */
  at: Instant,
  /** A person or a program. */
  by: z.string(),
  reason: z.nullable(z.string()),
  /** What was live just before: the same version for a hold or a release. */
  previous: z.nullable(Version),
  /** When the entry was made that made it so. */
  previous_at: z.nullable(Instant),
  /** Since when `version` is live without a break. */
  live_since: Instant,
  hold: z.nullable(HoldSchema),
  /** The run of ingestion that published it; null for one that was published otherwise. */
  run: z.nullable(z.string()),
  /** Where the deployment takes its history from: the last publish decided. Null before the first one. */
  history_source: z.nullable(z.enum(HISTORY_SOURCES)),
});
/** One entry of the history: everything that moves the pointer is one. The last one is the value of {@link POINTER_KEY}. */
export type Entry = z.infer<typeof EntrySchema>;

/** @param input an entry as text, or as the metadata of its key */
export function parseEntry(input: unknown): Checked<Entry> {
  return check(EntrySchema as z.ZodMiniType<Entry>, typeof input === 'string' ? parseJson(input) : input);
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
