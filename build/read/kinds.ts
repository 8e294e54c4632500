import { isKeptApart } from '../../src/core/history/folders.ts';

/** The files of a folder that are read; those of another kind are left alone. */
const DATA_FILE = /\.(?:csv|tsv|txt|ndjson|jsonl|parquet)(?:\.(?:gz|gzip|zst|zstd|zip))?$/i;
/** Data of a kind that is not read, which a person may have meant. */
const OTHER_DATA =
  /\.(?:zip|xlsx?|ods|7z|rar|tar|tgz|bz2|xz|lz4|json|orc|avro|feather|arrow|sqlite3?|db|html?|xml|pdf|dat|data)(?:\.(?:gz|zst))?$/i;
/** What some other program is still writing. */
const UNFINISHED = /\.(?:tmp|part)$/i;
/** What makes a path a glob. */
export const GLOB_CHARACTERS = /[*?[\]{}]/;
/** The subfolder in which rejected files are kept. */
export const QUARANTINE = 'quarantine';

/** The kinds of {@link isData}, for people. */
export const KINDS = '.csv, .tsv, .txt, .ndjson, .jsonl and .parquet, plain or compressed';

/** @returns whether a file of a folder is read, by its name */
export function isData(name: string): boolean {
  return DATA_FILE.test(name);
}

/** @returns whether a file of a folder looks like data that is not read, by its name */
export function isOtherData(name: string): boolean {
  return OTHER_DATA.test(name);
}

/** @returns whether a file or folder is what programs keep for themselves, hidden, or still written */
export function isPassedOver(name: string): boolean {
  return isKeptApart(name) || UNFINISHED.test(name);
}

/** @returns whether a file is passed over for any part of its path, which has `/` between them */
export function isPassedOverPath(path: string): boolean {
  const parts = path.split('/');
  return parts.some(isPassedOver) || parts.slice(0, -1).includes(QUARANTINE);
}
