import { join } from 'node:path';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { statisticsPlace } from '../../src/core/artifact/statistics.ts';
import { writeFilesAside } from './aside.ts';
import { requireServable } from './servable.ts';

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
