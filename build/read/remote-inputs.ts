import { posix } from 'node:path';
import { DataError } from '../../src/core/errors.ts';
import { addFile, type Expanded, noFiles, theFile, withFolders } from './file.ts';
import { GLOB_CHARACTERS, isPassedOverPath } from './kinds.ts';
import { shownPath } from './remote/address.ts';
import { listObjects } from './remote/listing.ts';
import { RemoteFile } from './remote/remote-file.ts';
import { parseS3 } from './remote/s3.ts';

/**
 * Finds what an address names: a file; on s3 also a folder, which ends with `/`, and a glob.
 *
 * @throws DataError for a file that is not there or may not be read, and a folder or glob without data
 */
export async function expandAddress(address: string): Promise<Expanded> {
  if (!/^s3:/i.test(address)) return await oneFile(address, httpName(address));
  const { bucket, key } = parseS3(address);
  const isGlob = GLOB_CHARACTERS.test(key);
  if (!isGlob && key !== '' && !key.endsWith('/')) return await oneFile(address, posix.basename(key));
  const prefix = isGlob ? key.slice(0, key.search(GLOB_CHARACTERS)) : key;
  const base = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const files = noFiles();
  for await (const object of listObjects(bucket, prefix)) {
    const name = object.key.slice(base.length);
    if (object.key.endsWith('/') || isPassedOverPath(name)) continue;
    if (isGlob && !posix.matchesGlob(object.key, key)) continue;
    const { size, tag } = object;
    addFile(files, { path: `s3://${bucket}/${object.key}`, name, size, tag }, isGlob);
  }
  return files;
}

async function oneFile(address: string, name: string): Promise<Expanded> {
  const { size, tag } = await new RemoteFile(address).identify();
  return theFile(withFolders({ path: address, name, size, tag }));
}

/** @returns the name of a file behind an address @throws DataError for a glob, since such a server lists nothing */
function httpName(address: string): string {
  const { pathname, host } = new URL(shownPath(address));
  if (/[*{}]/.test(pathname)) {
    throw new DataError('a server of https lists no files: name each file, or read them from s3://');
  }
  const name = posix.basename(pathname);
  try {
    return decodeURIComponent(name) || host;
  } catch {
    return name;
  }
}
