import type { Bucket, ObjectPage, PutOptions, ReadableObject, StoredObject } from '../ingest/bindings.ts';
import type { FileStatus } from './deno.ts';
import { type Disk, fileName, segmentOf } from './disk.ts';

/** Bytes that are read at once. */
const PIECE = 64 * 1024;

/**
 * A bucket in a folder: `uploads/orders.csv` is the file of this path. Metadata lies apart, named by the key and the ETag
 * that it belongs to: it is written before the file takes its place, so that both change together.
 *
 * @param folder of the files
 * @param apart of their metadata
 */
export function diskBucket(disk: Disk, folder: string, apart: string): Bucket {
  let placing: Promise<unknown> = Promise.resolve();

  const pathOf = (key: string) => disk.path(folder, ...key.split('/').map(fileName));
  const metadataName = (key: string, etag: string) => `${fileName(key)}~${etag}`;

  async function metadataOf(key: string, etag: string): Promise<StoredObject['customMetadata']> {
    const bytes = await disk.read(disk.path(apart, metadataName(key, etag)));
    return bytes === null ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  }

  function objectOf(key: string, status: FileStatus, metadata: StoredObject['customMetadata']): StoredObject {
    const { size, mtime } = status;
    const uploaded = mtime ?? new Date(0);
    return { key, etag: etagOf(status), size, uploaded, ...(metadata && { customMetadata: metadata }) };
  }

  async function head(key: string): Promise<StoredObject | null> {
    const status = await disk.stat(pathOf(key));
    if (status === null || !status.isFile) return null;
    return objectOf(key, status, await metadataOf(key, etagOf(status)));
  }

  /** Compares and replaces without another one in between. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = placing.then(work);
    placing = done.catch(() => {});
    return done;
  }

  /** Removes the metadata that other contents of a key had. */
  async function forgetMetadata(key: string, except: string | null): Promise<void> {
    const { files } = await disk.names(disk.path(apart));
    const stale = files.filter((name) => name.startsWith(metadataName(key, '')) && name !== except);
    for (const name of stale) await disk.remove(disk.path(apart, name));
  }

  return {
    head,

    async get(key): Promise<ReadableObject | null> {
      const object = await head(key);
      if (object === null) return null;
      const body = contentOf(disk, pathOf(key), object.etag);
      return { ...object, body, text: () => new Response(body).text() };
    },

    async put(key, value, { onlyIf, customMetadata } = {}) {
      const file = await disk.begin(value);
      try {
        return await alone(async () => {
          if (onlyIf !== undefined && !holds(onlyIf, await head(key))) return null;
          const name = metadataName(key, etagOf(file.status));
          if (customMetadata) await disk.write(disk.path(apart, name), JSON.stringify(customMetadata));
          await file.place(pathOf(key));
          await forgetMetadata(key, name);
          return objectOf(key, file.status, customMetadata);
        });
      } finally {
        await file.discard();
      }
    },

    async delete(keys) {
      for (const key of [keys].flat()) {
        await alone(async () => {
          if (await disk.remove(pathOf(key))) await forgetMetadata(key, null);
        });
        await removeEmpty(disk, pathOf(key), disk.path(folder));
      }
    },

    async list({ prefix, include = [] }): Promise<ObjectPage> {
      const above = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const keys = (await keysIn(disk, above === '' ? disk.path(folder) : pathOf(above.slice(0, -1)), above))
        .filter((key) => key.startsWith(prefix))
        .sort();
      const withMetadata = new Set(include.length === 0 ? [] : (await disk.names(disk.path(apart))).files);
      const objects: StoredObject[] = [];
      for (const key of keys) {
        const status = await disk.stat(pathOf(key));
        if (status === null) continue;
        const etag = etagOf(status);
        const metadata = withMetadata.has(metadataName(key, etag)) ? await metadataOf(key, etag) : undefined;
        objects.push(objectOf(key, status, metadata));
      }
      return { objects, truncated: false };
    },
  };
}

function holds(condition: NonNullable<PutOptions['onlyIf']>, held: StoredObject | null): boolean {
  return 'etagMatches' in condition ? held?.etag === condition.etagMatches : held === null;
}

/** @returns what tells two contents of a file apart: its time, its size and its place on the disk */
function etagOf({ mtime, size, ino }: FileStatus): string {
  return [mtime?.getTime() ?? 0, size, ino ?? 0].map((part) => part.toString(36)).join('-');
}

/**
 * Opens the file when it is first read, so that an object of which only the metadata is wanted holds nothing open.
 *
 * @throws Error while it is read, when the file is another one by then
 */
function contentOf(disk: Disk, path: string, etag: string): ReadableStream<Uint8Array> {
  let opened: Promise<Awaited<ReturnType<Disk['files']['open']>>> | null = null;
  async function open() {
    const file = await disk.files.open(path, { read: true });
    if (etagOf(await file.stat()) === etag) return file;
    file.close();
    throw new Error(`${path} was replaced before it was read: try again`);
  }
  const close = async () => (await opened?.catch(() => null))?.close();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        opened ??= open();
        const file = await opened;
        const bytes = new Uint8Array(PIECE);
        const size = await file.read(bytes);
        if (size !== null) return controller.enqueue(bytes.subarray(0, size));
        await close();
        controller.close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

/** @returns the keys of the files in a folder and below. Files of other names than a key has were put there by others */
async function keysIn(disk: Disk, path: string, prefix: string): Promise<string[]> {
  const { files, folders } = await disk.names(path);
  const keys = files.flatMap((name) => segmentOf(name) ?? []).map((segment) => prefix + segment);
  for (const name of folders) {
    const segment = segmentOf(name);
    if (segment === null) continue;
    // One by one: there may be more of them than a call takes arguments.
    for (const key of await keysIn(disk, `${path}/${name}`, `${prefix}${segment}/`)) keys.push(key);
  }
  return keys;
}

/** Removes the folders of a file that is gone, up to the first that has something in it. */
async function removeEmpty(disk: Disk, path: string, root: string): Promise<void> {
  for (let folder = parentOf(path); folder.length > root.length; folder = parentOf(folder)) {
    try {
      await disk.files.remove(folder);
    } catch {
      return;
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
