import { readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import { DataError } from '../../src/core/errors.ts';
import { type Folders, foldersOf } from '../../src/core/history/folders.ts';
import { isData, isOtherData } from './kinds.ts';
import { isAddress, shownPath } from './remote/address.ts';

export interface InputFile {
  /** Where it is: a path, or an address, which is shown to people by {@link shownPath}. */
  path: string;
  /** Its name in the artifact: relative to the folder or glob that it was found by, never an absolute path. */
  name: string;
  /** Bytes as stored; 0 where that is not known, as for a pipe. */
  size: number;
  /** Of an address: the ETag, or else the time of the last change. What is read later must have the same. */
  tag?: string | null;
  /** Columns that are the same for all rows of the file: those of folders such as `country_code=Peru/`. */
  folders?: Folders;
  /** Whether the very name of the file was given; else it was found in a folder or by a glob, and may be passed over. */
  named?: boolean;
}

/** The files that a path, a glob or an address names. */
export interface Expanded {
  found: InputFile[];
  passedOver: PassedOver;
}

/** The files of a folder that are not read, though they look like data. */
export interface PassedOver {
  empty: string[];
  /** Of a kind that is not read. */
  other: string[];
}

/** @returns the start of looking for files */
export function noFiles(): Expanded {
  return { found: [], passedOver: { empty: [], other: [] } };
}

/** @returns a file whose very name was given */
export function theFile(file: InputFile): Expanded {
  return { ...noFiles(), found: [{ ...file, named: true }] };
}

/** Adds a file that was met to those that are read or passed over. @param isMatch of a glob, which may have any name */
export function addFile({ found, passedOver }: Expanded, file: InputFile, isMatch: boolean): void {
  const { name, size } = file;
  if (!isMatch && !isData(name)) {
    if (isOtherData(name)) passedOver.other.push(name);
  } else if (size === 0) passedOver.empty.push(name);
  else found.push(withFolders(file));
}

/** Adds the columns of its folders. */
export function withFolders(file: InputFile): InputFile {
  const folders = foldersOf(file.path.split(isAddress(file.path) ? '/' : sep));
  return Object.keys(folders).length === 0 ? file : { ...file, folders };
}

/** A file that cannot be read. */
export class InputError extends DataError {
  readonly path: string;
  /** Whether the fault is in what the file holds, and not in getting at it. */
  readonly content: boolean;

  constructor(
    message: string,
    { path, content, cause }: { path: string; content: boolean; cause?: unknown },
  ) {
    super(message, { cause });
    this.path = path;
    this.content = content;
  }
}

/** A file that cannot be written, which is no fault of one that is read meanwhile. */
export class OutputError extends DataError {}

const SENTENCES: Partial<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'it may not be read: permission denied',
  EPERM: 'it may not be read: permission denied',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENXIO: 'it is a socket or device that cannot be read',
};

/** @returns an error of reading a file as a sentence that names the file; what is no such error is left as it is */
export function fileError(path: string, error: unknown): unknown {
  if (error instanceof InputError || error instanceof OutputError) return error;
  const at = (sentence: string, content: boolean) =>
    new InputError(`${shownPath(path)}: ${sentence}`, { path, content, cause: error });
  if (error instanceof DataError) return at(error.message, true);
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const { code, message } = error;
  if (code === 'ZSTD_error_frameParameter_windowTooLarge') {
    return at(
      'its zstd data needs more memory than it may have: compress it without --long=31 and --ultra',
      true,
    );
  }
  if (code.startsWith('Z_') || code.startsWith('ZSTD')) {
    return at(`its compressed data is cut short or damaged (${message})`, true);
  }
  if (!('syscall' in error)) return error;
  return at(deadLink(path, code) ?? SENTENCES[code] ?? `it cannot be read (${message})`, false);
}

function deadLink(path: string, code: string): string | null {
  if (code !== 'ENOENT') return null;
  try {
    const target = readlinkSync(path);
    return `it is a symbolic link to ${target}, which is not there: bring that back, or remove the link`;
  } catch {
    return null;
  }
}
