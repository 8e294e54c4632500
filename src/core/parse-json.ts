/** @param input text, or the bytes of UTF-8 @returns undefined for what is not UTF-8 or not JSON */
export function parseJson(input: string | Uint8Array): unknown {
  try {
    return JSON.parse(
      typeof input === 'string' ? input : new TextDecoder('utf-8', { fatal: true }).decode(input),
    );
  } catch {
    return undefined;
  }
}

/** @returns whether a value of JSON is an object, and no list */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
