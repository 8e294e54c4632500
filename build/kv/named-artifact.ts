import { existsSync } from 'node:fs';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { isVersion } from '../../src/core/artifact/version.ts';
import { DataError } from '../../src/core/errors.ts';
import { readBody } from '../../src/core/publish/bodies.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';
import { livePointer } from '../../src/core/publish/publish.ts';
import { readArtifactFile } from '../files/artifact-file.ts';

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
  if (isVersion(name)) return publishedArtifact(kv, name);
  if (existsSync(name)) return readArtifactFile(name);
  throw new DataError(
    `There is no version and no file ${JSON.stringify(name)}: npm run artifact -- list shows the versions, and "live" is the one that is live.`,
  );
}
