import { readFile } from 'node:fs/promises';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { readStatistics, statisticsPlace } from '../../src/core/artifact/statistics.ts';
import type { CompiledArtifact } from '../../src/core/decide/compile.ts';
import { loadTable } from '../../src/core/decide/load.ts';
import { DataError } from '../../src/core/errors.ts';
import { fileError } from '../read/file.ts';

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
  const statisticsText = (await bytesOf(place)).toString();
  const read = await readStatistics(statisticsText, table);
  if (!read.ok) throw new DataError(`${place}: ${read.detail}; npm run build:artifact writes both files`);
  const texts = { table: text, statistics: statisticsText };
  return { version: table.version, table, statistics: read.statistics, texts, compiled };
}

async function tableIn(path: string): Promise<{ compiled: CompiledArtifact; text: string }> {
  const bytes = await bytesOf(path);
  const loaded = await loadTable(new Uint8Array(bytes));
  if (loaded.ok) return { compiled: loaded.compiled, text: bytes.toString() };
  throw new DataError(
    `${path}: it cannot be served: ${loaded.detail}; npm run build:artifact makes one that can`,
  );
}

async function bytesOf(path: string): Promise<Buffer> {
  return await readFile(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
}
