import { parseJson } from '../parse-json.ts';
import { shown } from '../shown.ts';
import { formatTime, inFourDigitYears } from '../time.ts';
import { foldName } from './columns.ts';

/** Texts, which are left as they are, and what Python and JavaScript write for numbers that JSON has none for. */
const NO_JSON = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** @returns a line without white space around it, and without the mark that each text of a sequence begins with (RFC 7464) */
export function bareLine(line: string): string {
  return (line.startsWith('\x1e') ? line.slice(1) : line).trim();
}

/**
 * Reads a line of JSON lines; a comma after the object, as arrays have, is passed over, and white space before it. `NaN`,
 * which is no JSON, is a missing value as in CSV; `Infinity` is a text that is no number.
 *
 * @returns the object; null for anything else
 */
export function jsonObject(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) return null;
  const text = line.endsWith(',') ? line.slice(0, -1) : line;
  const value =
    parseJson(text) ?? (/NaN|Infinity/.test(text) ? parseJson(text.replace(NO_JSON, asJson)) : null);
  return (value ?? null) as Readonly<Record<string, unknown>> | null;
}

/**
 * @param wanted names of members
 * @returns what is said of an object that has them within another one, as Elasticsearch, Kafka and Segment write rows; "" for
 *   any other
 */
export function membersWithin(object: Readonly<Record<string, unknown>>, wanted: readonly string[]): string {
  const folded = wanted.map(foldName);
  const isHolder = (value: unknown) =>
    Object.keys(Object(value)).some((name) => folded.includes(foldName(name)));
  const [holder] = isHolder(object) ? [] : Object.entries(object).filter(([, value]) => isHolder(value));
  if (holder === undefined) return '';
  const name = shown(holder[0]);
  return `expected the columns as members of each object, found them within ${name}: export what is in it alone (with jq: jq -c '.[${name}]')`;
}

function asJson(token: string): string {
  if (token.startsWith('"')) return token;
  return token.endsWith('NaN') ? 'null' : `"${token}"`;
}

/**
 * @param value of a member
 * @returns the plain value that MongoDB's Extended JSON writes as an object, `{"$date": …}` and `{"$numberLong": "3"}`;
 *   any other value as it is
 */
export function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [[name, inner] = ['', undefined], ...others] = Object.entries(value);
  if (others.length > 0) return value;
  if (name === '$date') return dateOf(plainValue(inner)) ?? value;
  return NUMBERS.has(name) && typeof inner === 'string' ? inner : value;
}

const NUMBERS: ReadonlySet<string> = new Set([
  '$numberInt',
  '$numberLong',
  '$numberDouble',
  '$numberDecimal',
]);

/** A date is written as a time, or in milliseconds since 1970. */
function dateOf(date: unknown): string | null {
  if (typeof date === 'string' && !/^-?\d+$/.test(date)) return date;
  const seconds = inFourDigitYears(Math.floor(Number(date) / 1000));
  return date === null || seconds === null || Number.isNaN(seconds) ? null : formatTime(seconds);
}
