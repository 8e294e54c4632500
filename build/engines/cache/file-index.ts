import { resolve } from 'node:path';
import * as z from 'zod/mini';
import type { Identity } from '../../read/identity.ts';
import { isAddress, shownPath } from '../../read/remote/address.ts';
import { readChecked, sha256, writeChecked } from './checked-file.ts';

const Entry = z.strictObject({
  /** {@link Identity.text} when the file was read; null for one that was not settled. */
  identity: z.nullable(z.string()),
  size: z.int(),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** The day on which it was last an input, counted from 1970. */
  day: z.int(),
});
type Entry = z.infer<typeof Entry>;

const Index = z.strictObject({ version: z.literal(1), pruned: z.int(), files: z.record(z.string(), Entry) });

/** Days after which what is not asked for is forgotten. */
export const KEPT_DAYS = 30;

/** What the contents of files were, by path, so that files which have not changed need not be read to know them. */
export class FileIndex {
  readonly #path: string;
  readonly #today: number;
  readonly #files: Map<string, Entry>;
  readonly #sizes: Set<number>;
  /** The day on which the cache was last cleared of what is old. */
  pruned: number;
  #changed = false;

  private constructor(
    path: string,
    today: number,
    { files, pruned }: Pick<z.infer<typeof Index>, 'files' | 'pruned'>,
  ) {
    this.#path = path;
    this.#today = today;
    this.pruned = pruned;
    this.#files = new Map(Object.entries(files));
    this.#sizes = new Set([...this.#files.values()].map(({ size }) => size));
  }

  /** A missing or damaged index is an empty one. @param today the day, counted from 1970 */
  static read(path: string, today: number): FileIndex {
    const parsed = z.safeParse(Index, readChecked(path));
    return new FileIndex(path, today, parsed.success ? parsed.data : { files: {}, pruned: today });
  }

  /** @returns the SHA-256 of a file that is as it was when its content was last known; null for any other */
  find(path: string, identity: Identity): { sha256: string; usedToday: boolean } | null {
    const entry = this.#files.get(keyOf(path));
    if (entry === undefined || entry.identity !== identity.text) return null;
    return { sha256: entry.sha256, usedToday: entry.day === this.#today };
  }

  /** Whether a file of this size may be one whose content is known: otherwise it need not be hashed to ask. */
  knowsSize(size: number): boolean {
    return this.#sizes.has(size);
  }

  /** Notes what the content of a file is. @param identity as it was before the file was read */
  note(path: string, identity: Identity, sha256: string): void {
    const known = this.#files.get(keyOf(path));
    const trusted = identity.settled ? identity.text : null;
    if (known?.sha256 === sha256 && known.identity === trusted && known.day === this.#today) return;
    this.#files.set(keyOf(path), { identity: trusted, size: identity.size, sha256, day: this.#today });
    this.#changed = true;
  }

  async write(): Promise<void> {
    const kept = [...this.#files].filter(([, { day }]) => day > this.#today - KEPT_DAYS);
    if (!this.#changed && kept.length === this.#files.size) return;
    const index = { version: 1, pruned: this.pruned, files: Object.fromEntries(kept) };
    await writeChecked(this.#path, JSON.stringify(index));
  }
}

/** What signs an address for a while, by the names of Amazon, Google, Azure and CloudFront. */
const SIGNATURE =
  /^(?:x-(?:amz|goog)-.*|awsaccesskeyid|googleaccessid|expires|signature|policy|key-pair-id|s[a-z]{1,3}|token)$/i;

/** @returns the name of a file in the index: an address is in it without what signs it, which is secret and changes */
function keyOf(path: string): string {
  if (!isAddress(path)) return resolve(path);
  const query = [...(URL.parse(path)?.searchParams ?? [])].filter(([name]) => !SIGNATURE.test(name));
  return `${shownPath(path)}${query.length === 0 ? '' : `#${sha256(JSON.stringify(query))}`}`;
}
