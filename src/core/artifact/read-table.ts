import { sha256Hex } from '../canonical.ts';
import { show } from '../issues.ts';
import { isObject, parseJson } from '../parse-json.ts';
import { NO_AMOUNT, SCHEMA_VERSION, type Table, type TableSegment } from './table.ts';
import { A_VERSION, isVersion } from './version.ts';

/**
 * The largest table that is built, published or loaded, in bytes. It has room for some 2,400 countries of the shipped
 * config. An isolate has 128 MB, and a swap takes seven times the bytes: the table that is served, and the new one as
 * bytes, as text and parsed. `npm run attack -- 'workerd swaps'` measures it. KV holds values of 25 MiB.
 */
export const MOST_TABLE_BYTES = 12 * 1024 * 1024;

/** Why bytes are not the table that they should be. */
export type TableFault = 'too_large' | 'malformed' | 'schema' | 'hash';

/** Bytes are not the table that they should be: the message says what is wrong, and what to do. */
export class TableError extends Error {
  readonly code: TableFault;

  constructor(code: TableFault, wrong: string, remedy = AGAIN) {
    super(`${wrong}${remedy}`);
    this.code = code;
  }
}

/** What to do about a table that cannot be used. */
export const AGAIN = '; build it again with npm run build:artifact';

/**
 * Reads a table and makes sure of it: its size, the hash of its bytes, its header, and the lengths of its lists. What
 * the hash vouches for is not looked at cell by cell, but for numbers that no table can have.
 *
 * @param expected the version that it must have; any, where it is missing
 * @throws TableError
 */
export async function readTable(bytes: Uint8Array<ArrayBuffer>, expected?: string): Promise<Table> {
  const size = bytes.byteLength;
  if (size > MOST_TABLE_BYTES) {
    const wrong = `it has ${size} bytes, and at most ${MOST_TABLE_BYTES} can be served`;
    throw new TableError('too_large', wrong, ': use fewer bands');
  }
  // Begun first: where hashing has a thread of its own, it takes place while the text is parsed.
  const hashing = versionOfBytes(bytes);
  const json = parseJson(bytes);
  const found = await hashing;
  if (json === undefined)
    throw new TableError('malformed', `its ${size} bytes are not JSON: it is damaged or cut off`);
  const { schema_version, version } = Object(json) as Partial<Table>;
  if (schema_version !== SCHEMA_VERSION) {
    throw misfit(`schema_version ${SCHEMA_VERSION}, got ${show(schema_version)}`);
  }
  if (typeof version !== 'string' || !isVersion(version)) {
    throw misfit(`${A_VERSION}, got ${show(version)}`);
  }
  if (version !== (expected ?? version))
    throw new TableError('hash', `expected version ${expected}, got ${version}`);
  if (found !== version) {
    const wrong = `its content is not that of version ${version}: it was changed or damaged`;
    throw new TableError('hash', wrong);
  }
  requireFit(json as Table);
  return json as Table;
}

function misfit(expected: string): TableError {
  return new TableError('schema', `expected ${expected}`);
}

/** How a table ends: `version` is the last member of canonical JSON. */
const TAIL = ',"version":"0123456789abcdef"}\n';

/**
 * The version that the bytes of a table give: what was hashed is all before its last member, and a brace. The brace is
 * put into the bytes themselves for a moment, as a digest begins with a copy of its own: another one would be the
 * largest thing that an isolate holds beside two tables.
 */
async function versionOfBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const start = Math.max(0, bytes.byteLength - TAIL.length);
  const there = bytes[start] ?? BRACE;
  bytes[start] = BRACE;
  const hashing = sha256Hex(bytes.subarray(0, start + 1));
  bytes[start] = there;
  return (await hashing).slice(0, 16);
}

const BRACE = '}'.charCodeAt(0);

/** @throws TableError for a table that cannot be answered from */
function requireFit({ config, countries, country, segments }: Table): void {
  if (!isObject(config) || !isObject(config.segments) || !isObject(segments) || !isObject(country)) {
    throw misfit('config, country and segments to be objects');
  }
  if (!Array.isArray(countries) || !countries.every((name) => typeof name === 'string')) {
    throw misfit('countries to be a list of names');
  }
  requireList(country.rows, countries.length, 0, 'country.rows');
  for (const [which, list] of Object.entries(country.amounts ?? {})) {
    requireList(list, countries.length, NO_AMOUNT, 'country.amounts', which);
  }
  for (const [name, segment] of Object.entries(segments)) {
    requireSegment(segment, countries.length, `segments.${name}`);
  }
}

function requireSegment({ levels, amounts, rows }: TableSegment, countries: number, path: string): void {
  if (![levels, amounts, rows].every(Array.isArray)) throw misfit(`levels, amounts and rows in ${path}`);
  let cells = 0;
  for (const { parts, cells: positions } of levels) {
    if (!Array.isArray(parts) || parts.length === 0)
      throw misfit(`names of segments in ${path}.levels.parts`);
    if (!isListOf(positions, positions?.length, 0) || positions.length % parts.length !== 0) {
      throw misfit(`positions of bands, one for each part, in ${path}.levels.cells`);
    }
    cells += positions.length / parts.length;
  }
  if (amounts.length !== countries || rows.length !== countries) {
    throw misfit(`lists for ${countries} countries in ${path}`);
  }
  for (const [at, list] of amounts.entries()) requireList(list, cells, NO_AMOUNT, path, 'amounts', at);
  for (const [at, list] of rows.entries()) requireList(list, cells, 0, path, 'rows', at);
}

/** A path is made only for what does not fit: there are tens of thousands of lists. */
function requireList(list: unknown, length: number, least: number, ...path: (string | number)[]): void {
  if (isListOf(list, length, least)) return;
  throw misfit(`${length} numbers of at least ${least} in ${path.join('.')}`);
}

export function isListOf(list: unknown, length: number, least: number): boolean {
  if (!Array.isArray(list) || list.length !== length) return false;
  for (let at = 0; at < length; at++) {
    const value: unknown = list[at];
    if (typeof value !== 'number' || !(value >= least && value < Number.POSITIVE_INFINITY)) return false;
  }
  return true;
}
