import { editDistance } from '../edit-distance.ts';
import { DataError } from '../errors.ts';
import { FIELDS, type Field } from '../fields/fields.ts';
import { bare } from '../missing.ts';
import { codePoints, shown } from '../shown.ts';
import { firstOf } from '../words.ts';

/** The field that a history may lack, or some objects of one: it is read as empty. */
export const OPTIONAL: Field = 'first_order_ts';

/** A file that has none of the columns of a history: it is something else. */
export class NoHistory extends DataError {}

/** A file without a header and without a row. */
export class EmptyFile extends NoHistory {}

/**
 * Finds the column of each field by the name that the config gives it. Other columns are ignored.
 *
 * @param header the names of a file's columns, trimmed
 * @param columns the name that each field has
 * @param elsewhere the fields that have a value without a column
 * @returns the position of each field's column; -1 for one that is not there, and need not be
 * @throws DataError that names what was expected, what was found and the closest match
 */
export function locateColumns(
  header: readonly string[],
  columns: Readonly<Record<Field, string>>,
  elsewhere: Readonly<Partial<Record<Field, string>>> = {},
): Record<Field, number> {
  const positions = Object.fromEntries(FIELDS.map((field) => [field, positionOf(columns[field], header)]));
  const missing = FIELDS.filter(
    (field) => positions[field] === -1 && field !== OPTIONAL && elsewhere[field] === undefined,
  );
  if (missing.length > 0) {
    const sentence = missingColumns(missing, header, columns);
    throw FIELDS.every((field) => positions[field] === -1)
      ? new NoHistory(sentence)
      : new DataError(sentence);
  }
  return positions as Record<Field, number>;
}

/**
 * @returns the position of the column of a name: the very name, or else the one that differs in case, Unicode form and
 *   invisible or doubled white space alone; -1 for a missing column
 * @throws DataError for two of them
 */
export function positionOf(name: string, header: readonly string[]): number {
  const isIt = header.includes(name)
    ? (other: string) => other === name
    : (other: string) => foldName(other) === foldName(name);
  const position = header.findIndex(isIt);
  if (position === header.findLastIndex(isIt)) return position;
  throw new DataError(twoColumns(name));
}

/** @returns what is said of a field that has a value in the name of a folder, and a column in the file */
export function columnWins(name: string, value: string): string {
  return `its folder says ${name}=${shown(value).slice(1, -1)}, and it has a column of that name: the column counts`;
}

/** @returns what is said of two columns that may both be the one of a name */
export function twoColumns(name: string): string {
  return `expected one column ${shown(name)}, found two: remove or rename one of them`;
}

/** The form under which spellings of a column's name meet. */
export function foldName(name: string): string {
  return bare(name).normalize('NFC').replace(/\s+/g, ' ').toLowerCase();
}

/**
 * @returns the candidate that takes the fewest edits to become `name`, whatever the case, what joins the words and
 *   their order; null when none is near
 */
export function closestMatch(name: string, candidates: readonly string[]): string | null {
  let closest: string | null = null;
  let furthest = 0.6;
  for (const candidate of candidates) {
    const distance = distanceBetween(wordsOf(name), wordsOf(candidate));
    if (distance < furthest) {
      closest = candidate;
      furthest = distance;
    }
  }
  return closest;
}

/** @returns what is said of fields that have no column */
export function missingColumns(
  missing: readonly Field[],
  header: readonly string[],
  columns: Readonly<Record<Field, string>>,
): string {
  const taken = new Set(FIELDS.map((field) => columns[field]));
  const free = header.filter((name) => name !== '' && !taken.has(name));
  const sentences = missing.map((field) => withClosest(columns[field], free));
  const expected = FIELDS.map((field) => columns[field] + (field === OPTIONAL ? ' (optional)' : ''));
  return (
    `expected ${missing.length === 1 ? 'a column' : 'columns'} ${sentences.join(', ')}; ` +
    `expected in all: ${expected.join(', ')}; found: ${listed(header)}. ` +
    'If a column has another name, say so under `columns` in the config.'
  );
}

/** @returns the name of a column that is not there, and of the one that it may be, as a part of a sentence */
export function withClosest(name: string, candidates: readonly string[]): string {
  const closest = closestMatch(name, candidates);
  const match = closest === null ? '' : ` (closest match: ${shown(closest)}${strangersIn(closest, name)})`;
  return shown(name) + match;
}

/** @returns the names of the columns of a file, as a part of a sentence */
export function listed(header: readonly string[]): string {
  const names = header.map((name) => (name === '' ? '(no name)' : shown(name).slice(1, -1)));
  return firstOf(names, MOST_SHOWN);
}

/** From 0 for the same words to 1 for nothing alike. */
function distanceBetween(a: readonly string[], b: readonly string[]): number {
  const edits = (left: string, right: string) =>
    editDistance(left, right) / Math.max(left.length, right.length, 1);
  const [fewer, more] = a.length < b.length ? [a, b] : [b, a];
  const contained = fewer.length > 0 && fewer.every((word) => word.length > 2 && more.includes(word));
  return Math.min(
    edits(a.join(''), b.join('')),
    edits(a.toSorted().join(''), b.toSorted().join('')),
    contained ? CONTAINED : 1,
  );
}

/** How far `amount` is from `voucher_amount`: nearer than another word, further than a slip of the pen. */
const CONTAINED = 0.3;

function wordsOf(name: string): string[] {
  const words = name
    .slice(0, LONGEST_SHOWN)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

const MOST_SHOWN = 30;
const LONGEST_SHOWN = 60;

/** The code points of a name that look like others, as a part of a sentence: a Cyrillic о is not the o of a name. */
function strangersIn(name: string, expected: string): string {
  const strange = Array.from(name).filter(
    (character) => character > '\u007f' && !expected.includes(character),
  );
  const points = codePoints(strange);
  return points && `, which has ${points}`;
}
