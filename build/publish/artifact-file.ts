import { readFile } from 'node:fs/promises';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { readArtifact } from '../../src/core/artifact/read-artifact.ts';
import { DataError } from '../../src/core/errors.ts';
import { readBody } from '../../src/core/publish/bodies.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';
import { livePointer } from '../../src/core/publish/publish.ts';
import { fileError } from '../sources/file.ts';

/** Reads an artifact from a file. @throws DataError that names the file, for one that the service would refuse */
export async function artifactFile(path: string): Promise<Artifact> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  const read = await readArtifact(new Uint8Array(bytes));
  if (read.ok) return read.artifact;
  throw new DataError(`${path}: it is no artifact that can be served: ${read.detail}`);
}

/** Reads an artifact that was published. @throws DataError for one that is not there, or damaged */
async function publishedArtifact(kv: KeyValue, version: string): Promise<Artifact> {
  const read = await readBody(kv, version);
  if (read.ok) return read.artifact;
  throw new DataError(
    read.code === 'missing' ? read.detail : `artifact ${version} is damaged: ${read.detail}`,
  );
}

/** @returns what is live. @throws DataError where nothing is */
export async function liveVersion(kv: KeyValue): Promise<string> {
  const pointer = await livePointer(kv);
  if (pointer === null) throw new DataError('nothing is published yet: npm run artifact -- publish');
  return pointer.version;
}

/** Reads what a word of the command line names: `live`, a version, or a file. */
export async function namedArtifact(kv: KeyValue, name: string): Promise<Artifact> {
  if (name === 'live') return publishedArtifact(kv, await liveVersion(kv));
  return /^[0-9a-f]{16}$/.test(name) ? publishedArtifact(kv, name) : artifactFile(name);
}
