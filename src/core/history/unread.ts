import * as z from 'zod/mini';
import { FIELDS, type Field } from '../fields/fields.ts';
import { numberFits, timeFits } from '../fields/fits.ts';
import { ownCopy } from '../values.ts';
import { Count } from '../wire-fields.ts';
import { type Malformed, NUMBER_FIELDS, type RawRow } from './clean.ts';

const ExampleSchema = z.strictObject({
  /** Cut to what fits a sentence. */
  text: z.string(),
  /** Of CSV; of Parquet the number of the row. */
  line: Count,
});
/** A value of a file, and where it is. */
export type Example = z.infer<typeof ExampleSchema>;

const UnreadSchema = z.strictObject({
  rows: Count,
  /** The first of them; one that no format reads together with those before it comes as well. */
  examples: z.array(ExampleSchema),
  /** The formats, as a set of core/fields/fits.ts, that would read all of them that any format reads. */
  fits: Count,
  /** Whether each fits a format, but no format fits all. */
  mixed: z.boolean(),
  /** Signs of currencies beside numbers. */
  signs: z.array(z.string()),
});
/** What a file holds in a field that cannot be read. */
type Unread = z.infer<typeof UnreadSchema>;

const MarkSchema = z.strictObject({ ...ExampleSchema.shape, fits: Count });
/** A number that was read, and that not all formats read. */
export type Mark = z.infer<typeof MarkSchema>;

const MalformedSchema = z.strictObject({
  rows: Count,
  /** Of the first. */
  line: Count,
  /** As written, cut to what fits a sentence. */
  text: z.string(),
  /** How many fields it has; null where a quote is not closed, and for JSON. */
  found: z.nullable(Count),
  /** How many the header has; null for a line that is not a JSON object. */
  expected: z.nullable(Count),
});

/** Notes about the values of a file, taken while it is read. Those of two parts of a file can be joined. */
export const NotesSchema = z.strictObject({
  unread: z.partialRecord(z.enum(FIELDS), UnreadSchema),
  marks: z.partialRecord(z.enum(FIELDS), MarkSchema),
  malformed: z.nullable(MalformedSchema),
  /** Remarks about the whole file. */
  remarks: z.array(z.string()),
  /** Why the file was passed over; null where it was read. */
  passedOver: z.nullable(z.string()),
});
export type Notes = z.infer<typeof NotesSchema>;

const MOST_EXAMPLES = 3;
const MOST_SIGNS = 5;
const LONGEST_TEXT = 60;

/** @returns notes with nothing in them */
export function noNotes(): Notes {
  return { unread: {}, marks: {}, malformed: null, remarks: [], passedOver: null };
}

/** Notes a remark about the whole file, once. */
export function noteRemark({ remarks }: Notes, remark: string): void {
  if (!remarks.includes(remark)) remarks.push(remark);
}

/** The start of a text, in memory of its own. */
function cut(text: string): string {
  return ownCopy(text.slice(0, LONGEST_TEXT));
}

/** Notes a row of another shape. */
export function noteMalformed(notes: Notes, { text, found, expected }: Malformed, line: number): void {
  if (notes.malformed !== null) notes.malformed.rows++;
  else notes.malformed = { rows: 1, line, text: cut(fromBackslash(text)), found, expected };
}

/** Backslashes before a delimiter may be why a row has too many fields. */
export const BACKSLASH = /\\[,;\t|]/;

/** @returns a row, without its start where the first backslash before a delimiter would else be cut off */
function fromBackslash(text: string): string {
  const at = text.search(BACKSLASH);
  return at < LONGEST_TEXT - 2 ? text : `…${text.slice(at - LONGEST_TEXT / 2)}`;
}

/** Notes a value that cannot be read. All rows of a file may have one, so little is done for those that say nothing new. */
export function noteUnread({ unread }: Notes, field: Field, text: string, line: number): void {
  const before = unread[field];
  if (before !== undefined && isKnown(before, field, text)) {
    before.rows++;
    return;
  }
  const one = { rows: 1, examples: [{ text: cut(text), line }], ...fitsIn(field, text), mixed: false };
  if (before === undefined) unread[field] = one;
  else join(before, one);
}

function fitsIn(field: Field, text: string, among?: number): Pick<Unread, 'fits' | 'signs'> {
  if (field === 'total_orders' || field === 'voucher_amount')
    return numberFits(text, field === 'total_orders', among);
  return { fits: timeFits(text, among), signs: [] };
}

/** Whether there are examples enough, and the formats that read all values so far, which alone are tried, read one more. */
function isKnown({ examples, fits, mixed, signs }: Unread, field: Field, text: string): boolean {
  if (examples.length < MOST_EXAMPLES) return false;
  if (mixed) return true;
  if (fits === 0) return false;
  const own = fitsIn(field, text, fits);
  return own.fits === fits && own.signs.every((sign) => signs.includes(sign));
}

/**
 * Notes the numbers of a row that were read and have a decimal mark: others that are read in another way do not go with them.
 *
 * @param unreadable the fields of the row that cannot be read
 * @returns whether more rows are wanted: `1.000` may be a thousand, `1.5` may not
 */
export function noteMarks(
  { marks }: Notes,
  row: Readonly<RawRow>,
  { decimal, unreadable, line }: { decimal: string; unreadable: readonly Field[]; line: number },
): boolean {
  let wanted = false;
  for (const field of NUMBER_FIELDS) {
    const before = marks[field];
    if (before !== undefined && isPlain(before.fits)) continue;
    wanted = true;
    const text = row[field];
    if (!text.includes(decimal) || unreadable.includes(field)) continue;
    const { fits } = numberFits(text);
    if (fits === 0 || (before !== undefined && !isPlain(fits))) continue;
    marks[field] = { text: cut(text), line, fits };
  }
  return wanted;
}

/** Adds the notes of a later part of a file, whose lines are counted from `lines` on. */
export function addNotes(into: Notes, from: Notes, lines = 0): void {
  for (const [field, later] of Object.entries(from.unread) as [Field, Unread][]) {
    const moved = { ...later, examples: later.examples.map((example) => shifted(example, lines)) };
    const before = into.unread[field];
    if (before === undefined) into.unread[field] = { ...moved, signs: [...moved.signs] };
    else join(before, moved);
  }
  for (const [field, later] of Object.entries(from.marks) as [Field, Mark][]) {
    const before = into.marks[field];
    if (before === undefined || (isPlain(later.fits) && !isPlain(before.fits)))
      into.marks[field] = shifted(later, lines);
  }
  for (const remark of from.remarks) noteRemark(into, remark);
  if (from.malformed === null) return;
  if (into.malformed === null) into.malformed = { ...from.malformed, line: from.malformed.line + lines };
  else into.malformed.rows += from.malformed.rows;
}

function shifted<T extends Example>(example: T, lines: number): T {
  return { ...example, line: example.line + lines };
}

function join(before: Unread, later: Unread): void {
  // What no format reads, such as ####, says nothing about the formats of the others.
  const both = before.fits & later.fits;
  const contradicts = both === 0 && before.fits !== 0 && later.fits !== 0;
  const room = contradicts ? MOST_EXAMPLES + 1 : MOST_EXAMPLES;
  before.rows += later.rows;
  before.mixed ||= later.mixed || contradicts;
  before.fits = before.mixed || (before.fits !== 0 && later.fits !== 0) ? both : before.fits | later.fits;
  before.examples.push(...later.examples.slice(0, Math.max(0, room - before.examples.length)));
  for (const sign of later.signs) {
    if (before.signs.length < MOST_SIGNS && !before.signs.includes(sign)) before.signs.push(sign);
  }
}

/** The sets of the formats with a decimal point, and with a decimal comma. */
const [POINT, COMMA] = [numberFits('0.5').fits, numberFits('0,5').fits];

/** Whether formats have one decimal mark in common: those of `1.5` have, and those of `1.000` have not. */
export function isPlain(fits: number): boolean {
  return (fits & POINT) === 0 || (fits & COMMA) === 0;
}
