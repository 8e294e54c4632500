import { parseJson } from '../core/parse-json.ts';
import type { KeyPage, KeyValue } from '../core/publish/key-value.ts';
import type { ArtifactKv } from '../store/kv.ts';
import { type Disk, fileName, segmentOf } from './disk.ts';

/**
 * A key-value store in a folder: a file for each key, with the metadata as its first line and the value after it, so
 * that both change together. What was written is read at once: there is one server, and no cache.
 */
export function diskKv(disk: Disk, folder: string): KeyValue & ArtifactKv {
  const pathOf = (key: string) => disk.path(folder, fileName(key));

  async function read(key: string): Promise<Entry | null> {
    const bytes = await disk.read(pathOf(key));
    if (bytes === null) return null;
    // A file that was cut off in its first line is a value like any other that is damaged: who reads it finds out.
    const end = bytes.indexOf(LINE_END);
    return { metadata: parse(bytes.subarray(0, end)), value: bytes.subarray(end + 1) };
  }

  async function get(key: string, { type = 'text' } = {}): Promise<string | ArrayBuffer | null> {
    const entry = await read(key);
    if (entry === null) return null;
    return type === 'text' ? new TextDecoder().decode(entry.value) : entry.value.slice().buffer;
  }

  return {
    get: get as (KeyValue & ArtifactKv)['get'],

    async put(key, value, { metadata = null } = {}) {
      await disk.write(pathOf(key), `${JSON.stringify(metadata)}\n${value}`);
    },

    async delete(key) {
      await disk.remove(pathOf(key));
    },

    async list({ prefix }): Promise<KeyPage> {
      const { files } = await disk.names(disk.path(folder));
      const names = files.flatMap((file) => segmentOf(file) ?? []).filter((key) => key.startsWith(prefix));
      const keys: KeyPage['keys'] = [];
      for (const name of names.sort()) {
        const metadata = await head(disk, pathOf(name));
        if (metadata !== undefined) keys.push({ name, metadata });
      }
      return { keys, list_complete: true };
    },
  };
}

interface Entry {
  metadata: unknown;
  value: Uint8Array<ArrayBuffer>;
}

const LINE_END = 0x0a;

/** More than the metadata of a key may have. */
const HEAD_BYTES = 4096;

/** @returns the metadata of a key; undefined where it was deleted meanwhile */
async function head(disk: Disk, path: string): Promise<unknown> {
  const file = await disk.files.open(path, { read: true }).catch(() => null);
  if (file === null) return undefined;
  try {
    const bytes = new Uint8Array(HEAD_BYTES);
    const size = (await file.read(bytes)) ?? 0;
    return parse(bytes.subarray(0, bytes.subarray(0, size).indexOf(LINE_END)));
  } finally {
    file.close();
  }
}

/** @returns null, which no publishing writes, for metadata that is not JSON */
function parse(line: Uint8Array): unknown {
  return parseJson(line) ?? null;
}
