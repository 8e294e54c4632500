/** What publishing needs of a key-value store; a Workers KV namespace is one. */
export interface KeyValue {
  /** @returns null for a key that is not there */
  get(key: string): Promise<string | null>;
  /** @param options metadata: JSON of at most 1,024 bytes, which a list gives back with the key */
  put(key: string, value: string, options?: { metadata?: unknown }): Promise<void>;
  delete(key: string): Promise<void>;
  /** Lists keys in the order of their UTF-8 bytes, a page at a time. */
  list(options: { prefix: string; cursor?: string | null }): Promise<KeyPage>;
}

export interface KeyPage {
  keys: ListedKey[];
  list_complete: boolean;
  /** Where the next page begins; only of a page that is not the last. */
  cursor?: string;
}

interface ListedKey {
  name: string;
  metadata?: unknown;
}

/** @returns all keys that begin with a prefix, in order */
export async function listAll(kv: KeyValue, prefix: string): Promise<ListedKey[]> {
  const keys: ListedKey[] = [];
  let cursor: string | undefined;
  do {
    const page = await kv.list({ prefix, ...(cursor !== undefined && { cursor }) });
    keys.push(...page.keys);
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor !== undefined);
  return keys;
}
