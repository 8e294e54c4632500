import { sha256Hex } from '../core/canonical.ts';
import { isKeptApart } from '../core/history/folders.ts';
import type { Bucket, ReadableObject, StoredObject } from './bindings.ts';
import { quarantineKeys, UPLOADS } from './names.ts';

/** An upload as the bucket lists it. */
export interface Upload {
  /** After `uploads/`; the file's name in the artifact. */
  name: string;
  etag: string;
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

/** @returns the uploads that are there now, in the order of their names; without folders and quarantined files */
export async function listUploads(bucket: Bucket): Promise<Upload[]> {
  const uploads: Upload[] = [];
  for await (const object of listObjects(bucket, UPLOADS)) {
    if (isMarker(object) || isPassedOver(object.key)) continue;
    uploads.push({ name: object.key.slice(UPLOADS.length), etag: object.etag });
  }
  // By UTF-16 units, as a build sorts its inputs; R2 sorts by UTF-8 bytes.
  return uploads.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Folders, and what no build reads either. */
export function isPassedOver(key: string): boolean {
  return key.endsWith('/') || key.split('/').some(isKeptApart);
}

/** @returns what tells two sets of uploads apart, for rules (a fingerprint) that count them */
export function fingerprint(rules: string, uploads: readonly Upload[]): Promise<string> {
  return sha256Hex(JSON.stringify([rules, uploads.map(({ name, etag }) => [name, etag])]));
}

/** The metadata of a marker: the empty object in the place of a quarantined file. */
const MOVED_TO = 'moved-to';
/** Of any upload: who put it there, and why; of a marker: why the file cannot be read. */
const BY = 'by';
const WHY = 'reason';
/** Of a marker: the bytes of the file. */
const BYTES = 'bytes';

/** @returns whether an object only marks the place of a quarantined file; its metadata must have been listed */
export function isMarker({ size, customMetadata }: StoredObject): boolean {
  return size === 0 && customMetadata?.[MOVED_TO] !== undefined;
}

/**
 * Moves an upload that cannot be read to quarantine/, with its reason beside it as NAME.reason.json.
 *
 * R2 cannot delete an object on the condition that it is still the same one, so a delete could take away what
 * a file is uploaded under this name in that moment. It can overwrite on that condition: the upload becomes an empty
 * marker, which counts as no upload, and the next upload of this name replaces the marker.
 *
 * Doing it again does no harm.
 */
export async function quarantine(
  bucket: Bucket,
  { name, etag, reason, run }: { name: string; etag: string; reason: string; run: string },
): Promise<void> {
  const key = UPLOADS + name;
  const keys = await quarantineKeys(name);
  const object = await bucket.get(key);
  // Already moved, replaced or deleted: whatever is there now is not what was read.
  if (object === null) return;
  if (object.etag !== etag) {
    await object.body.cancel();
    return;
  }
  await move(bucket, object, keys.file);
  await bucket.put(keys.reason, `${JSON.stringify({ name, etag, reason, run }, null, 2)}\n`);
  const by = object.customMetadata?.[BY];
  const customMetadata = {
    ...(by !== undefined && { [BY]: by }),
    [MOVED_TO]: keys.file,
    [BYTES]: String(object.size),
    [WHY]: encodeURIComponent(reason.slice(0, 500).toWellFormed()),
  };
  await bucket.put(key, '', { onlyIf: { etagMatches: etag }, customMetadata });
}

/** Puts a file back that was in quarantine, to be read again. Without one there is nothing to do. */
export async function restore(bucket: Bucket, name: string): Promise<void> {
  const keys = await quarantineKeys(name);
  const object = await bucket.get(keys.file);
  if (object === null) return;
  await move(bucket, object, UPLOADS + name);
  await bucket.delete([keys.file, keys.reason]);
}

/** Puts an object under another key, with who put it there and why. */
async function move(bucket: Bucket, { body, customMetadata }: ReadableObject, key: string): Promise<void> {
  await bucket.put(key, body, { ...(customMetadata && { customMetadata }) });
}

/** @returns what is kept with an upload of who put it there and why. Encoded: metadata is ASCII, and short */
export function uploaderMetadata(by: string, reason: string | null): Record<string, string> {
  return { [BY]: encodeURIComponent(by), ...(reason !== null && { [WHY]: encodeURIComponent(reason) }) };
}

/**
 * @returns who put an upload there and why, as far as it is known, and its bytes. For a marker, the bytes of the file whose
 *   place it marks, and why that cannot be read; `unreadable` is null for an upload
 */
export function knownOf(object: StoredObject) {
  const { size, customMetadata } = object;
  const by = readable(customMetadata?.[BY]);
  const why = readable(customMetadata?.[WHY]);
  if (!isMarker(object)) return { size, by, reason: why, unreadable: null };
  const unreadable = why ?? 'it was put into quarantine before';
  return { size: Number(customMetadata?.[BYTES] ?? 0), by, reason: null, unreadable };
}

function readable(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}
