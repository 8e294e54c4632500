import * as z from 'zod/mini';
import type { TableFault } from '../artifact/read-table.ts';
import { type ReadStatistics, readStatistics } from '../artifact/statistics.ts';
import type { Table } from '../artifact/table.ts';
import type { CompiledArtifact } from '../decide/compile.ts';
import { loadTable } from '../decide/load.ts';
import { DataError } from '../errors.ts';
import { type KeyValue, listAll } from './key-value.ts';

const TABLES = 'artifact:';
const STATISTICS = 'statistics:';

/** @returns the key of a table, which never changes once it is there */
export function tableKey(version: string): string {
  return TABLES + version;
}

/** @returns the key of the statistics of a table; those of many countries go on under further keys */
export function statisticsKey(version: string, part = 0): string {
  return STATISTICS + version + (part === 0 ? '' : `:${part}`);
}

/** Characters of statistics under one key: at three bytes each they are less than the 25 MiB that KV takes. */
export const PART_CHARACTERS = 8 * 1024 * 1024;

type StatisticsText =
  | { state: 'whole'; text: string }
  | { state: 'missing' }
  /** There is more than was asked for. */
  | { state: 'too_large' };

/** Parts of statistics that the service reads: in 128 MB an isolate compares two versions, and answers. */
export const MOST_PARTS_SERVED = 1;

/**
 * Reads the statistics of a version.
 *
 * @param most parts that may be in memory
 */
export async function readStatisticsText(
  get: (key: string) => Promise<string | null>,
  version: string,
  most: number,
): Promise<StatisticsText> {
  let text = '';
  for (let part = 0; ; part++) {
    const next = await get(statisticsKey(version, part));
    if (next === null) return part === 0 ? { state: 'missing' } : { state: 'whole', text };
    text += next;
    // Only the last part is shorter.
    if (next.length < PART_CHARACTERS) return { state: 'whole', text };
    if (part + 1 >= most) return { state: 'too_large' };
  }
}

/** Makes sure of statistics that were read. @param place where they are kept, for the sentence */
async function checkStatistics(read: StatisticsText, table: Table): Promise<ReadStatistics> {
  if (read.state === 'whole') return readStatistics(read.text, table);
  const what = `the statistics of ${table.version}`;
  if (read.state === 'missing') return { ok: false, detail: `${what} are not stored: publish it again` };
  const countries = table.countries.length;
  return {
    ok: false,
    detail: `${what}, of ${countries} countries, are too large to be read here: use npm run artifact -- diff or show`,
  };
}

/** Makes sure of statistics that a service has as one text, unless they are larger than it reads. */
export function checkServed(text: string, table: Table): Promise<ReadStatistics> {
  const isTooLarge = text.length >= MOST_PARTS_SERVED * PART_CHARACTERS;
  return checkStatistics(isTooLarge ? { state: 'too_large' } : { state: 'whole', text }, table);
}

/** Kept with a table, so that a list tells it without reading the table. */
const BodyMetadataSchema = z.object({
  /** Of the table. */
  bytes: z.number(),
  rows_kept: z.number(),
  countries: z.number(),
  /** When it was first stored, and when it was last written, which each move does. ISO 8601. */
  stored_at: z.string(),
  written_at: z.string(),
});
type BodyMetadata = z.infer<typeof BodyMetadataSchema>;

/** @returns null for metadata that publishing did not write */
function bodyMetadata(metadata: unknown): BodyMetadata | null {
  const parsed = z.safeParse(BodyMetadataSchema, metadata);
  return parsed.success ? parsed.data : null;
}

/** @returns the artifacts whose tables are stored, in the order of their versions */
export async function listBodies(
  kv: KeyValue,
): Promise<{ version: string; metadata: BodyMetadata | null }[]> {
  const keys = await listAll(kv, TABLES);
  return keys.map(({ name, metadata }) => ({
    version: name.slice(TABLES.length),
    metadata: bodyMetadata(metadata),
  }));
}

/** A value that is stored of an artifact: its table or its statistics. */
export interface StoredPart {
  key: string;
  metadata: unknown;
  /** ISO 8601; null where publishing did not write it. */
  writtenAt: string | null;
}

/** @returns all that is stored, by version: the statistics before the table. Either may be missing */
export async function listStored(kv: KeyValue): Promise<Map<string, StoredPart[]>> {
  const parts = new Map<string, StoredPart[]>();
  for (const prefix of [STATISTICS, TABLES]) {
    for (const { name: key, metadata } of await listAll(kv, prefix)) {
      const [version = ''] = key.slice(prefix.length).split(':');
      const at = z.safeParse(z.object({ written_at: z.string() }), metadata);
      const part = { key, metadata, writtenAt: at.success ? at.data.written_at : null };
      parts.set(version, [...(parts.get(version) ?? []), part]);
    }
  }
  return parts;
}

/** What is stored of an artifact. Without statistics it can still be answered from. */
export interface Body {
  table: Table;
  texts: { table: string; statistics: string | null };
}

/**
 * Stores an artifact under its version, the statistics first, and reads both back as the service will. What is there
 * already is written again: what is read may be a minute old, and gone by now.
 *
 * @param now milliseconds since the epoch: a prune leaves it alone for a while from then on
 * @throws DataError when it cannot be served, or what is read back is not what was written
 */
export async function storeBody(kv: KeyValue, { table, texts }: Body, now: number): Promise<void> {
  const { version } = table;
  const bytes = new TextEncoder().encode(texts.table);
  const checked = await loadTable(bytes, version);
  if (!checked.ok) throw new DataError(`artifact ${version} cannot be served: ${checked.detail}`);
  const written_at = new Date(now).toISOString();
  for (let part = 0; part * PART_CHARACTERS < (texts.statistics?.length ?? 0); part++) {
    const text = texts.statistics?.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS) ?? '';
    await kv.put(statisticsKey(version, part), text, { metadata: { written_at } });
  }
  const metadata: BodyMetadata = {
    bytes: bytes.byteLength,
    rows_kept: table.quality.rows_kept,
    countries: table.countries.length,
    stored_at: (await storedAt(kv, version)) ?? written_at,
    written_at,
  };
  await kv.put(tableKey(version), texts.table, { metadata });
  const written = await readBody(kv, version);
  if (!written.ok)
    throw new DataError(`artifact ${version} was written, but reads back wrong: ${written.detail}`);
}

/** @returns when a table was first stored; null for one that is not there */
async function storedAt(kv: KeyValue, version: string): Promise<string | null> {
  const keys = await listAll(kv, tableKey(version));
  return bodyMetadata(keys[0]?.metadata)?.stored_at ?? null;
}

type ReadBody =
  | { ok: true; compiled: CompiledArtifact; text: string }
  | { ok: false; code: TableFault | 'missing'; detail: string };

/** Reads a stored table, makes sure of it, and makes it ready to answer. */
export async function readBody(kv: KeyValue, version: string): Promise<ReadBody> {
  const text = await kv.get(tableKey(version));
  if (text === null) return { ok: false, code: 'missing', detail: `there is no artifact ${version}` };
  const loaded = await loadTable(new TextEncoder().encode(text), version);
  return loaded.ok ? { ...loaded, text } : loaded;
}

/** Reads the stored statistics of a table and makes sure of them. @param most as for {@link readStatisticsText} */
export async function readStoredStatistics(
  kv: Pick<KeyValue, 'get'>,
  table: Table,
  most: number,
): Promise<ReadStatistics> {
  return checkStatistics(await readStatisticsText((key) => kv.get(key), table.version, most), table);
}
