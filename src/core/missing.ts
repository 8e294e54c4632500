/** What reading a field gives where it holds no value. Readable numbers and times are finite. */
export const MISSING = Number.NEGATIVE_INFINITY;
/** What reading a field gives where it holds a text that the rules, or the settings, cannot read. */
export const UNREADABLE = Number.POSITIVE_INFINITY;

/** What exports write where there is no value, in lower case. `NA` is not one of them: it is Namibia. */
export const NULL_WORDS: readonly string[] = [
  '-',
  '--',
  '\\n',
  '#n/a',
  '(null)',
  '<na>',
  '<null>',
  '[null]',
  'n/a',
  'nan',
  'nat',
  'none',
  'null',
  'undefined',
];

/** Characters without width, such as marks of direction. Exports and copied text bring them along; no value has them. */
export const INVISIBLE =
  '\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff';

/** @returns a field without white space around it and without characters that have no width */
export function bare(field: string): string {
  return isBare(field) ? field : field.replace(INVISIBLES, '').trim();
}

/** Whether all of a field is seen: ASCII that neither starts nor ends with white space, as nearly all fields are. */
function isBare(field: string): boolean {
  const last = field.length - 1;
  if (field.charCodeAt(0) <= SPACE || field.charCodeAt(last) <= SPACE) return false;
  for (let at = 0; at <= last; at++) if (field.charCodeAt(at) > 127) return false;
  return true;
}

const SPACE = 32;

/** @returns whether a field, as the file has it, is missing: empty, or one of the null words */
export function isMissing(field: string): boolean {
  if (!mayBeMissing(field)) return false;
  const text = bare(field);
  return text === '' || (text.length <= LONGEST_WORD && WORDS.has(text.toLowerCase()));
}

const INVISIBLES = new RegExp(`[${INVISIBLE}]`, 'g');
const WORDS = new Set(NULL_WORDS);
const LONGEST_WORD = Math.max(...NULL_WORDS.map((word) => word.length));

/** 1 for the ASCII characters that a missing field may start with: nearly all fields are told by their first one. */
const STARTS = new Uint8Array(128);
for (const word of NULL_WORDS) {
  STARTS[word.charCodeAt(0)] = 1;
  STARTS[word.toUpperCase().charCodeAt(0)] = 1;
}
for (const space of '\t\n\v\f\r ') STARTS[space.charCodeAt(0)] = 1;

function mayBeMissing(field: string): boolean {
  if (field.length === 0) return true;
  const code = field.charCodeAt(0);
  return code > 127 || STARTS[code] === 1;
}
