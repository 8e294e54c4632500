import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { MOST_TABLE_BYTES } from '../../src/core/artifact/read-table.ts';
import { readStatistics, statisticsPlace } from '../../src/core/artifact/statistics.ts';
import type { CompiledArtifact } from '../../src/core/decide/compile.ts';
import { loadTable } from '../../src/core/decide/load.ts';
import { entry } from '../../src/core/entry.ts';
import { DataError } from '../../src/core/errors.ts';
import { fileError } from '../read/file.ts';
import { writeFilesAside } from './aside.ts';

/** Where build:artifact writes the table that is bundled. */
export const CURRENT_ARTIFACT = 'artifacts/current.json';

/** Reads a table from a file, to answer from. @throws DataError that names the file, for one that the service would refuse */
export async function readTableFile(path: string): Promise<CompiledArtifact> {
  return (await tableIn(path)).compiled;
}

/** Reads both files of an artifact. @param path of the table @throws DataError that names the file that is wrong */
export async function readArtifactFiles(path: string): Promise<Artifact & { compiled: CompiledArtifact }> {
  const { compiled, text } = await tableIn(path);
  const { table } = compiled;
  const place = statisticsPlace(path);
  const statisticsText = (await bytesOf(place).catch(asOneOfTwo)).toString();
  const read = await readStatistics(statisticsText, table);
  if (!read.ok) throw new DataError(`${place}: ${read.detail}`);
  const texts = { table: text, statistics: statisticsText };
  return { version: table.version, table, statistics: read.statistics, texts, compiled };
}

async function tableIn(path: string): Promise<{ compiled: CompiledArtifact; text: string }> {
  const bytes = await bytesOf(path);
  const loaded = await loadTable(new Uint8Array(bytes));
  if (loaded.ok) return { compiled: loaded.compiled, text: bytes.toString() };
  throw new DataError(`${path}: it cannot be served: ${loaded.detail}`);
}

/** Statistics that cannot be read were most likely left behind when the table was moved. */
function asOneOfTwo(error: unknown): never {
  if (!(error instanceof DataError)) throw error;
  throw new DataError(`${error.message}; npm run build:artifact writes both files`, { cause: error });
}

async function bytesOf(path: string): Promise<Buffer> {
  return await readFile(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
}

/**
 * Writes OUT/VERSION.statistics.json, OUT/VERSION.json and then both current ones, each complete or not at all. The
 * table is first loaded as the service will load it. Statistics come before the table that names their hash, so a
 * reader that dies or reads in between finds two files of different versions at worst, and refuses them.
 *
 * @returns the path of VERSION.json
 * @throws DataError when a file cannot be written, or the service would refuse the table
 */
export async function writeArtifact(folder: string, artifact: Artifact): Promise<string> {
  await requireServable(artifact);
  const { version, texts } = artifact;
  const [path, current] = [join(folder, `${version}.json`), join(folder, 'current.json')];
  await writeFilesAside([
    [statisticsPlace(path), texts.statistics],
    [path, texts.table],
    [statisticsPlace(current), texts.statistics],
    [current, texts.table],
  ]);
  return path;
}

/** @throws DataError for an artifact that the service would refuse: nothing of it is to be written */
export async function requireServable({ version, table, texts }: Artifact): Promise<void> {
  const bytes = new TextEncoder().encode(texts.table);
  if (bytes.byteLength > MOST_TABLE_BYTES) {
    const sizes = Object.entries(table.segments).map(([name, segment]) => ({
      name,
      size: JSON.stringify(segment).length,
    }));
    const { name, size } = entry(
      sizes.sort((a, b) => b.size - a.size),
      0,
    );
    throw new DataError(
      `the table has ${megabytes(bytes.byteLength)} for ${table.countries.length} countries, and at most ${megabytes(MOST_TABLE_BYTES)} can be served. ` +
        `Most of it is ${name} with ${megabytes(size)}: give it fewer or wider bands, raise its min_support, or leave it out. ` +
        'Nothing is written',
    );
  }
  const loaded = await loadTable(bytes, version);
  if (!loaded.ok) throw new Error(`the builder made a table that cannot be served: ${loaded.detail}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
