import { MOST_ARTIFACT_BYTES, readArtifact } from '../core/artifact/read-artifact.ts';
import { compileArtifact } from '../core/decide/compile.ts';
import type { ArtifactSource, Loaded } from './source.ts';

/** What is used of a file system. */
export interface Files {
  stat(path: string): Promise<{ size: number; mtime: Date | null; ino: number | null }>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * The artifact in a file, read again when the file is another one or was written to. One that is written while it is
 * read fails its hash, and is tried again: only what was read whole is remembered.
 */
export function fileSource(path: string, files: Files): ArtifactSource {
  /** The stamp of the file when it was last read whole, and the version in it: what was read too late is not held. */
  let seen = { stamp: '', version: '' };
  return {
    origin: 'file',
    async load(held): Promise<Loaded> {
      const { size, mtime, ino } = await files.stat(path);
      const stamp = `${size} ${mtime?.getTime()} ${ino}`;
      const publishedAt = mtime?.toISOString() ?? null;
      if (stamp === seen.stamp && held?.artifact.version === seen.version)
        return { kind: 'same', publishedAt };
      if (size > MOST_ARTIFACT_BYTES) {
        const detail = `${path}: expected at most ${MOST_ARTIFACT_BYTES} bytes, got ${size}`;
        return { kind: 'bad', code: 'too_large', detail };
      }
      const read = await readArtifact(await files.readFile(path));
      if (!read.ok) return { kind: 'bad', code: read.code, detail: `${path}: ${read.detail}` };
      seen = { stamp, version: read.artifact.version };
      if (read.artifact.version === held?.artifact.version) return { kind: 'same', publishedAt };
      return { kind: 'new', compiled: compileArtifact(read.artifact), publishedAt };
    },
  };
}
