import { sha256Hex } from '../core/canonical.ts';
import type { Bucket, StoredObject } from './bindings.ts';
import { UPLOADS } from './names.ts';
import { isMarker } from './quarantine.ts';

/** An upload as the bucket lists it. */
export interface Upload {
  /** Behind `uploads/`; the file's name in the artifact. */
  name: string;
  etag: string;
  /** Bytes. */
  size: number;
}

/** @returns all objects below a prefix, in the order of their keys, 1,000 a request */
export async function* listObjects(bucket: Bucket, prefix: string): AsyncGenerator<StoredObject> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({
      prefix,
      include: ['customMetadata'],
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}

/** @returns the uploads that are there now, in the order of their names; folders and quarantined files are none */
export async function listUploads(bucket: Bucket): Promise<Upload[]> {
  const uploads: Upload[] = [];
  for await (const object of listObjects(bucket, UPLOADS)) {
    if (isMarker(object) || object.key.endsWith('/')) continue;
    uploads.push({ name: object.key.slice(UPLOADS.length), etag: object.etag, size: object.size });
  }
  // By UTF-16 units, as a build sorts its inputs; R2 sorts by UTF-8 bytes.
  return uploads.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @returns what tells two sets of uploads apart, for rules (a fingerprint) that count them */
export function fingerprint(
  rules: string,
  uploads: readonly Pick<Upload, 'name' | 'etag'>[],
): Promise<string> {
  return sha256Hex(JSON.stringify([rules, uploads.map(({ name, etag }) => [name, etag])]));
}
