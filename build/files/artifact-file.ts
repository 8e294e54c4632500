import { readFile } from 'node:fs/promises';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { readArtifact } from '../../src/core/artifact/read-artifact.ts';
import { DataError } from '../../src/core/errors.ts';
import { fileError } from '../read/file.ts';

/** Where build:artifact writes the artifact that is bundled. */
export const CURRENT_ARTIFACT = 'artifacts/current.json';

/** Reads an artifact from a file. @throws DataError that names the file, for one that the service would refuse */
export async function readArtifactFile(path: string): Promise<Artifact> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  const read = await readArtifact(new Uint8Array(bytes));
  if (read.ok) return read.artifact;
  throw new DataError(
    `${path}: it is no artifact that can be served: ${read.detail}; npm run build:artifact makes one`,
  );
}
