import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { storedAs } from '../../src/core/history/formats.ts';
import type { InputFile } from './file.ts';
import { isAddress, isStdin } from './remote/address.ts';
import type { RemoteFile } from './remote/remote-file.ts';

/** Bytes read at a time: small enough for what is made of them to die young, which keeps memory low. */
export const PIECE = 64 * 1024;
/** A stream reads ahead of a decompressor by fewer pieces than this. */
export const PIECES_KEPT = 8;

/** What a file is opened by. */
type FileToOpen = Pick<InputFile, 'path' | 'size' | 'tag'>;

/** A file that is read at any place, wherever it is. */
export interface StoredFile {
  /** @returns its bytes */
  size(): Promise<number>;
  /** Whether each read is a request, so that what is not needed had better not be read. */
  isRemote: boolean;
  /** Reads as Node's FileHandle does. @returns the number of bytes; 0 at the end */
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

/**
 * Fills a buffer: one read may give less than was asked for.
 *
 * @returns the number of bytes: fewer than there is room for at the end of the file alone
 */
export async function readFully(
  file: Pick<StoredFile, 'read'>,
  buffer: Uint8Array,
  position: number,
): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** Opens a file of this machine or an address. @throws DataError, or errors of the file system as Node gives them */
export async function openStored(file: FileToOpen): Promise<StoredFile> {
  if (isAddress(file.path)) return new RemoteStored(await remoteFile(file), file.size);
  const handle = await open(file.path);
  return {
    size: async () => (await handle.stat()).size,
    isRemote: false,
    read: async (buffer, offset, length, position) => await handle.read(buffer, offset, length, position),
    close: async () => await handle.close(),
  };
}

/** @returns what reads an address: loaded when it is needed */
export async function remoteFile({ path, size, tag = null }: FileToOpen): Promise<RemoteFile> {
  const { RemoteFile } = await import('./remote/remote-file.ts');
  return new RemoteFile(path, { size, tag });
}

/** @returns the first bytes of a file: fewer where it has no more */
export async function headOf(file: FileToOpen, length: number): Promise<Buffer> {
  const stored = await openStored(file);
  try {
    const head = Buffer.alloc(length);
    return head.subarray(0, await readFully(stored, head, 0));
  } finally {
    await stored.close();
  }
}

/** @returns whether a file is Parquet. A pipe never is: Parquet is read from its end. */
export async function isParquet(file: FileToOpen): Promise<boolean> {
  const { path } = file;
  if (isStdin(path) || (!isAddress(path) && !(await stat(path)).isFile())) return false;
  return storedAs(await headOf(file, 4)) === 'parquet';
}

/** Reads ranges; from a server that has none the whole file is fetched to this machine first. */
class RemoteStored implements StoredFile {
  readonly isRemote = true;
  readonly #file: RemoteFile;
  #size: number;
  #fetched: Promise<Fetched> | null = null;

  constructor(file: RemoteFile, size: number) {
    this.#file = file;
    this.#size = size;
  }

  async size(): Promise<number> {
    this.#size ||= (await this.#file.identify()).size;
    if (this.#size > 0) return this.#size;
    // The server does not say.
    this.#fetched ??= fetched(this.#file);
    return (await (await this.#fetched).handle.stat()).size;
  }

  async read(buffer: Uint8Array, offset: number, length: number, position: number) {
    const bytes = this.#fetched === null ? await this.#file.read(position, position + length) : null;
    if (bytes !== null) {
      buffer.set(bytes, offset);
      return { bytesRead: bytes.length };
    }
    this.#fetched ??= fetched(this.#file);
    const { handle } = await this.#fetched;
    return await handle.read(buffer, offset, length, position);
  }

  async close(): Promise<void> {
    if (this.#fetched === null) return;
    const { handle, folder } = await this.#fetched;
    await handle.close();
    await rm(folder, { recursive: true });
  }
}

interface Fetched {
  handle: Awaited<ReturnType<typeof open>>;
  folder: string;
}

async function fetched(file: RemoteFile): Promise<Fetched> {
  const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-'));
  try {
    const path = join(folder, 'file');
    await pipeline(file.bytes(), createWriteStream(path));
    return { handle: await open(path), folder };
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}
