import { join } from 'node:path';
import { parseArtifact, type SealedArtifact } from '../../src/core/artifact/artifact.ts';
import { writeFilesAside } from './aside.ts';

/**
 * Writes OUT/VERSION.json and then OUT/current.json, each complete or not at all. What is to be written is first
 * read back as the service will read it.
 *
 * @returns the path of VERSION.json
 * @throws DataError when a file cannot be written
 */
export async function writeArtifact(folder: string, { artifact, text }: SealedArtifact): Promise<string> {
  const parsed = parseArtifact(JSON.parse(text));
  if (!parsed.ok) {
    const issues = parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new Error(`the builder made an artifact that does not fit its schema (${issues})`);
  }
  const path = join(folder, `${artifact.version}.json`);
  await writeFilesAside([path, join(folder, 'current.json')], text);
  return path;
}
