import type { Stats } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { DataError } from '../../src/core/errors.ts';
import { fileError, type InputFile } from './file.ts';
import { realPath } from './real-path.ts';

/** The files of a folder that are read; those of another kind are left alone. */
const DATA_FILE = /\.(?:csv|tsv|txt|parquet)(?:\.(?:gz|gzip|zst|zstd))?$/i;
/** What some other program is still writing. */
const UNFINISHED = /\.(?:tmp|part)$/i;
/** The subfolder in which rejected files are kept. */
export const QUARANTINE = 'quarantine';
const GLOB_CHARACTERS = /[*?[\]{}]/;

/**
 * Expands files, folders (with what is below them) and globs to files: each once, however many names lead to it,
 * sorted by name.
 *
 * @param patterns paths relative to the working directory, or absolute
 * @param except a file that folders and globs do not yield: one that is about to be written
 * @throws DataError that names a file that is not there, or a folder or glob without data
 */
export async function expandInputs(patterns: readonly string[], except?: string): Promise<InputFile[]> {
  const files = new Map<string, InputFile>();
  const written = except === undefined ? undefined : await realPath(except);
  for (const pattern of patterns) {
    const { found, named } = await expand(pattern);
    const withReal = await Promise.all(
      found.map(async (file) => ({ file, real: await realPath(file.path) })),
    );
    for (const { file, real } of withReal) {
      if (!files.has(real) && (named || real !== written)) files.set(real, file);
    }
  }
  return [...files.values()].sort(byName);
}

/** `named`: the pattern is the very name of a file. */
async function expand(pattern: string): Promise<{ found: InputFile[]; named: boolean }> {
  const entry = await stat(pattern).catch((error: unknown) => {
    if (GLOB_CHARACTERS.test(pattern)) return null;
    throw fileError(pattern, error);
  });
  if (entry === null) return { found: await matchGlob(pattern), named: false };
  if (entry.isDirectory()) return { found: await listFolder(pattern), named: false };
  const size = entry.isFile() ? entry.size : 0;
  return { found: [{ path: pattern, name: basename(pattern), size }], named: true };
}

async function listFolder(folder: string): Promise<InputFile[]> {
  const found = await dataFilesIn(folder);
  if (found.length === 0) {
    throw new DataError(`${folder}: expected a folder with .csv, .tsv, .txt or .parquet files, found none`);
  }
  return found;
}

/** @returns the files that are read of a folder and of what is below it, in no order; perhaps none */
export async function dataFilesIn(folder: string): Promise<InputFile[]> {
  const found: InputFile[] = [];
  await walk(folder, new Set());
  return found;

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
      if (status.isDirectory() && entry !== QUARANTINE) await walk(path, new Set([...above, real]));
      else if (status.isFile() && DATA_FILE.test(entry)) {
        found.push({ path, name: portable(relative(folder, path)), size: status.size });
      }
    }
  }
}

async function matchGlob(pattern: string): Promise<InputFile[]> {
  const parts = portable(pattern).split('/');
  const base = parts
    .slice(
      0,
      parts.findIndex((part) => GLOB_CHARACTERS.test(part)),
    )
    .join('/');
  const found: InputFile[] = [];
  for await (const path of glob(pattern)) {
    const name = portable(relative(pattern.startsWith('/') && base === '' ? '/' : base, path));
    const inside = name.split('/');
    if (inside.some(isPassedOver) || inside.slice(0, -1).includes(QUARANTINE)) continue;
    const status = await statusOf(path);
    if (status.isFile()) found.push({ path, name, size: status.size });
  }
  if (found.length === 0) throw new DataError(`${pattern}: expected files that match, found none`);
  return found;
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

function isPassedOver(name: string): boolean {
  return name.startsWith('.') || UNFINISHED.test(name);
}

function portable(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
