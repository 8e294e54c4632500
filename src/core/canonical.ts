/**
 * Writes a value as the one JSON text that RFC 8785 gives it: keys sorted by UTF-16 units, no white space, numbers
 * as ECMAScript prints them. A Map is written as an object, so that no name is too odd to be a key.
 *
 * @throws TypeError for what JSON cannot hold: a number that is not finite, undefined in an array, a function
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  // As JSON.stringify prints it, in a fraction of the time: an artifact is mostly numbers.
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`expected a JSON value, got ${String(value)}`);
  const map: ReadonlyMap<string, unknown> | null = value instanceof Map ? value : null;
  const record = value as Readonly<Record<string, unknown>>;
  let text = '';
  // sort() by itself compares UTF-16 units.
  for (const key of (map ? [...map.keys()] : Object.keys(record)).sort()) {
    const member = map ? map.get(key) : record[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** @returns the canonical JSON of an object @param members the canonical JSON of its members, by key */
export function canonicalObject(members: ReadonlyMap<string, string>): string {
  const keys = [...members.keys()].sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${members.get(key)}`).join(',')}}`;
}

/** @returns the SHA-256 of bytes, or of a text's UTF-8 bytes, in lower-case hexadecimal */
export async function sha256Hex(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return hexOf(await crypto.subtle.digest('SHA-256', bytes));
}

/** @returns bytes in lower-case hexadecimal */
export function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
