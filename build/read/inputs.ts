import type { Stats } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { DataError } from '../../src/core/errors.ts';
import { firstOf } from '../../src/core/words.ts';
import {
  addFile,
  type Expanded,
  fileError,
  type InputFile,
  noFiles,
  type PassedOver,
  theFile,
} from './file.ts';
import { GLOB_CHARACTERS, isPassedOver, isPassedOverPath, KINDS, QUARANTINE } from './kinds.ts';
import { realPath } from './real-path.ts';
import { isAddress, isStdin, schemeOf, shownPath } from './remote/address.ts';

/**
 * Expands files, folders (with what is below them) and globs to files: each once, however many names lead to it,
 * sorted by name.
 *
 * @param patterns paths relative to the working directory, or absolute
 * @param warn receives a sentence about files of another kind in folders and globs
 * @param except a file that folders and globs do not yield: one that is about to be written
 * @throws DataError that names a file that is not there, or a folder or glob without data
 */
export async function expandInputs(
  patterns: readonly string[],
  except?: string,
  warn: (sentence: string) => void = () => {},
): Promise<InputFile[]> {
  const files = new Map<string, InputFile>();
  const written = except === undefined ? undefined : await realPath(except);
  for (const pattern of patterns) {
    const { found, passedOver } = await expand(pattern, written);
    for (const sentence of passedOverSentences(shownPath(pattern), passedOver)) warn(sentence);
    const withReal = await Promise.all(
      found.map(async (file) => ({
        file,
        real: isAddress(file.path) || isStdin(file.path) ? file.path : await realPath(file.path),
      })),
    );
    for (const { file, real } of withReal) {
      if (!files.has(real) && (file.named || real !== written)) files.set(real, file);
    }
  }
  return [...files.values()].sort(byName);
}

/**
 * @param path of a file of this machine, or an address
 * @returns the file that it names
 * @throws DataError for a folder, and for what is not there
 */
export async function oneInput(path: string): Promise<InputFile> {
  const { found } = await expand(path, undefined);
  const [file] = found;
  if (file?.named) return file;
  throw new DataError(`${shownPath(path)}: it is a folder or glob: name the file in it`);
}

async function expand(pattern: string, written: string | undefined): Promise<Expanded> {
  const scheme = schemeOf(pattern);
  if (scheme !== null) return await expandRemote(pattern, scheme);
  if (isStdin(pattern)) return theFile(standardInput());
  const entry = await stat(pattern).catch((error: unknown) => {
    if (GLOB_CHARACTERS.test(pattern)) return null;
    throw fileError(pattern, error);
  });
  if (entry === null) return await matchGlob(pattern);
  if (entry.isDirectory()) return await listFolder(pattern, written);
  const size = entry.isFile() ? entry.size : 0;
  return theFile({ path: pattern, name: basename(pattern), size });
}

/** @throws DataError for a terminal: a history is not typed */
function standardInput(): InputFile {
  if (process.stdin.isTTY) {
    throw new DataError('standard input is a terminal: pipe a file into it, as in zcat history.csv.gz | …');
  }
  return { path: '-', name: 'standard input', size: 0 };
}

async function expandRemote(address: string, scheme: string): Promise<Expanded> {
  if (!isAddress(address)) {
    throw new DataError(
      `${shownPath(address)}: addresses of ${scheme}:// are not read, but https://, http:// and s3:// are, also of storages that speak S3`,
    );
  }
  try {
    // Loaded when it is needed.
    const { expandAddress } = await import('./remote-inputs.ts');
    const files = await expandAddress(address);
    const { other, empty } = files.passedOver;
    if (files.found.length === 0) {
      const there = other.length + empty.length === 0 ? '' : `, but ${list([...other, ...empty])}`;
      throw new DataError(`there are no objects that can be read${there}`);
    }
    return files;
  } catch (error) {
    throw fileError(address, error);
  }
}

async function listFolder(folder: string, written: string | undefined): Promise<Expanded> {
  const { found, passedOver } = await dataFilesIn(folder);
  const { other } = passedOver;
  const empty: string[] = [];
  for (const name of passedOver.empty) {
    if ((await realPath(join(folder, name))) !== written) empty.push(name);
  }
  if (found.length === 0) {
    const names = [...other, ...empty];
    const there = names.length === 0 ? 'found none' : `found none, but ${list(names)}: unpack or export them`;
    throw new DataError(`${folder}: expected a folder with files of ${KINDS}, ${there}`);
  }
  return { found, passedOver: { other, empty } };
}

/** @returns sentences about the files of a folder that are not read */
export function passedOverSentences(folder: string, { empty, other }: PassedOver): string[] {
  return [
    ...(other.length > 0 ? [`${folder}: passed over ${list(other)}: only ${KINDS} are read`] : []),
    ...(empty.length > 0 ? [`${folder}: passed over ${list(empty)}: without any bytes`] : []),
  ];
}

/** @returns the files that are read of a folder and of what is below it, in no order; perhaps none */
export async function dataFilesIn(folder: string): Promise<Expanded> {
  const files = noFiles();
  await walk(folder, new Set());
  return files;

  async function walk(parent: string, above: ReadonlySet<string>): Promise<void> {
    const real = await realPath(parent);
    if (above.has(real)) return;
    const entries = await readdir(parent).catch((error: unknown) => {
      throw fileError(parent, error);
    });
    // Asked for together: where files are on a network, each answer takes a while.
    const known = await Promise.all(
      entries
        .filter((entry) => !isPassedOver(entry))
        .map(async (entry) => {
          const path = join(parent, entry);
          return { entry, path, status: await statusOf(path) };
        }),
    );
    for (const { entry, path, status } of known) {
      const name = portable(relative(folder, path));
      if (status.isDirectory() && entry !== QUARANTINE) await walk(path, new Set([...above, real]));
      else if (status.isFile()) addFile(files, { path, name, size: status.size }, false);
    }
  }
}

function list(names: readonly string[]): string {
  return firstOf(names.toSorted(), 5);
}

async function matchGlob(pattern: string): Promise<Expanded> {
  const parts = portable(pattern).split('/');
  const base = parts
    .slice(
      0,
      parts.findIndex((part) => GLOB_CHARACTERS.test(part)),
    )
    .join('/');
  const files = noFiles();
  for await (const path of glob(pattern)) {
    const name = portable(relative(pattern.startsWith('/') && base === '' ? '/' : base, path));
    if (isPassedOverPath(name)) continue;
    const status = await statusOf(path);
    if (status.isFile()) addFile(files, { path, name, size: status.size }, true);
  }
  const { empty } = files.passedOver;
  if (files.found.length === 0) {
    const there = empty.length === 0 ? '' : `, but ${list(empty)}: without any bytes`;
    throw new DataError(`${pattern}: expected files that match, found none${there}`);
  }
  return files;
}

async function statusOf(path: string): Promise<Stats> {
  return await stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
}

/** The order in which files are read. */
export function byName(a: InputFile, b: InputFile): number {
  return compare(a.name, b.name) || compare(a.path, b.path);
}

function portable(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
