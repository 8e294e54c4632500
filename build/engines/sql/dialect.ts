import { DataError } from '../../../src/core/errors.ts';

/** How a database writes the few expressions in which databases differ. Every argument but a name or a text is SQL. */
export interface Dialect {
  /** As `--emit-sql` takes it. */
  name: string;
  title: string;
  /** Whether the tests run the SELECT in this database, or parse it as such, translate it and run it in DuckDB. */
  tested: 'executed' | 'translated';
  /** A name of a column, table or alias. */
  identifier(name: string): string;
  literal(text: string): string;
  /** A value of any type as text; '' where it is null. */
  text(value: string): string;
  /** A text without white space at its ends. */
  trim(text: string): string;
  /** A text without some characters, which are no letters, digits or parts of a regular expression's class. */
  without(text: string, characters: string): string;
  /** Whether the whole of a text has the form of a regular expression. */
  matches(text: string, form: string): string;
  /** What the one group of a regular expression finds; '' for nothing. */
  extract(text: string, form: string): string;
  /** The whole number that digits write; 0 for ''. */
  integer(digits: string): string;
  /** The number that a text such as 1.5e3 writes. */
  double(text: string): string;
  /** A number without a fraction as a whole one. */
  toInteger(number: string): string;
  /** Division and remainder of whole numbers from 0 up. */
  divide(a: string, b: number): string;
  modulo(a: string, b: number): string;
  /** Bytes of the longest name; what is longer would be cut, and could be taken for another one. */
  longestName: number;
  /** Has neither WITH nor GROUPING SETS: the steps are nested. */
  nested?: boolean;
  /** Ends each step, where the database would otherwise write the steps into each other and work them out many times. */
  stepEnd?: string;
  /** A line for the person who runs the SELECT. */
  note?: string;
}

/** What String.prototype.trim takes off: WhiteSpace and LineTerminator of ECMA-262. */
export const WHITE_SPACE =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

/** @returns characters by their four hexadecimal digits, each after a prefix such as `\u` */
export function escapedCharacters(characters: string, prefix: string): string {
  return Array.from(characters, (one) => prefix + one.charCodeAt(0).toString(16).padStart(4, '0')).join('');
}

/** A text or name between quotes, which are doubled in it: standard SQL. */
export function doubled(text: string, quote: string): string {
  return quote + text.replaceAll(quote, quote + quote) + quote;
}

/** A text or name between quotes, with a backslash before those in it. */
export function backslashed(text: string, quote: string): string {
  return quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}

/** @throws DataError for a lone surrogate, which no UTF-8 text can carry */
export function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw new DataError(
    `SQL cannot have ${JSON.stringify(text)} in it: it holds half of a character (a lone surrogate)`,
  );
}

/** @throws DataError for a name that the database cannot have */
export function checkedName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (!/[\0-\x1f\x7f]/.test(wellFormed(name))) return name;
  throw new DataError(`SQL cannot name ${JSON.stringify(name)}: a name has no control characters`);
}
