import { sha256Hex } from '../core/canonical.ts';

/** Where uploads are in the bucket. What lies elsewhere is not read. */
export const UPLOADS = 'uploads/';
/** The counts of each upload: a cache, which may be emptied at any time. */
export const CUBES = 'cubes/';
/** Files that could not be read, each with its reason beside it. */
export const QUARANTINE = 'quarantine/';
/** What a run puts down between two of its steps. */
export const RUNS = 'runs/';

/**
 * @param rules the fingerprint of all that counting depends on besides the bytes
 * @returns the key of the counts of one version of one upload
 */
export async function cubeKey(rules: string, name: string, etag: string): Promise<string> {
  // Hashed: a name that came straight into the bucket may be as long as a key may be.
  const hash = await sha256Hex(JSON.stringify([name, etag]));
  return `${CUBES}${rules}/${hash.slice(0, 32)}.json`;
}

/** The longest key of R2, in bytes of UTF-8. */
const LONGEST_KEY = 1024;
const REASON = '.reason.json';

/** @returns where a file is kept that cannot be read, and why it cannot */
export async function quarantineKeys(name: string): Promise<{ file: string; reason: string }> {
  const file = QUARANTINE + name;
  const fits = new TextEncoder().encode(file + REASON).length <= LONGEST_KEY;
  const key = fits ? file : QUARANTINE + (await sha256Hex(name));
  return { file: key, reason: key + REASON };
}

/** @returns where a run puts a list of uploads down */
export function manifestKey(run: string, which: ManifestName): string {
  return `${RUNS}${run}/${which}.json`;
}

/** All that was in the bucket, and those of it that could be counted. */
export type ManifestName = 'listed' | 'taken';

/** @returns where a run puts a part of the artifact that it made */
export function madeKey(run: string, part: 'table' | 'statistics'): string {
  return `${RUNS}${run}/${part}.json`;
}

/** @returns the key of the sum of the first cubes. Each step's sum has its own: adding twice would count twice */
export function sumKey(run: string, steps: number): string {
  return `${RUNS}${run}/sum-${steps}.json`;
}
