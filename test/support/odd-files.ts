import fc from 'fast-check';
import { FIELDS } from '../../src/core/fields/fields.ts';

/**
 * Files as programs and people write them: the same rows in every form of CSV that is read. No two rows need have the same
 * line end, quotes or number of fields.
 */

/** How one row is written. */
interface RowForm {
  lineEnd: string;
  /** Before the row, as concatenated files have it. */
  mark: string;
  /** For each field whether it is in quotes, and what is around these. */
  quotes: readonly { always: boolean; before: string; after: string }[];
  /** What the columns hold that are not read; fewer for a row that leaves the last ones out. */
  notes: readonly string[];
  /** Whether there is an empty field more than the header has. */
  extra: boolean;
  /** Whether the first note has quotes after backslashes, where no other field has either of them. */
  escaped: boolean;
  blanks: string;
}

/** What is no UTF-8 in {@link withBadBytes}: a character that no row has. */
const BAD = '\ue000';

const gap = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(' ', '  ', '\t', '\u00a0', '\ufeff', ' \u00a0') },
);
const note = fc.constantFrom(
  '',
  'x',
  ' ',
  'a b',
  'é',
  '"',
  'say "hi"',
  'one, two; three|four\tfive',
  '-',
  "it's",
  'a\0b',
  `caf${BAD}`,
);
const rowForm: fc.Arbitrary<RowForm> = fc.record({
  lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r\n', '\r'),
  mark: fc.oneof({ weight: 12, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('\ufeff') }),
  quotes: fc.array(fc.record({ always: fc.boolean(), before: gap, after: gap }), {
    minLength: 10,
    maxLength: 10,
  }),
  notes: fc.array(note, { minLength: 0, maxLength: 2 }),
  extra: fc.boolean(),
  escaped: fc.boolean(),
  blanks: fc.oneof(
    { weight: 12, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('\n', ' \n', '\r\n\r\n', '\r', '\ufeff\n') },
  ),
});

/** How a file is written. */
interface FileForm {
  delimiter: string;
  separatorLine: boolean;
  mark: boolean;
  /** The columns in their order, with one that is not read among them. */
  order: readonly number[];
  /** What is done to each name of a column. */
  names: readonly ('as it is' | 'capitals' | 'spaces' | 'quotes')[];
  /** What old programs and damaged disks leave at the end. */
  end: string;
}

const fileForm: fc.Arbitrary<FileForm> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  separatorLine: fc.boolean(),
  mark: fc.boolean(),
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7, maxLength: 7 }),
  names: fc.array(fc.constantFrom('as it is', 'capitals', 'spaces', 'quotes'), {
    minLength: 7,
    maxLength: 7,
  }),
  end: fc.constantFrom('', '', '\x1a', '\x1a\r\n', '\0\0\0'),
});

const MORE_COLUMNS = ['note', 'remark'];

/**
 * @param records rows whose fields are in the order of FIELDS, and hold no CR
 * @param broken lines that are no rows, some of which are put between the others
 * @returns a file that holds them, each time another one
 */
export function oddCsv(records: readonly (readonly string[])[], broken: readonly string[] = []): string {
  const [form] = fc.sample(fileForm, 1);
  if (form === undefined) throw new Error('there is no form');
  const { delimiter, order } = form;
  const header = [...order.map((at) => nameOf(FIELDS[at] ?? 'id', form.names[at])), ...MORE_COLUMNS];
  const start = `${form.mark ? '\ufeff' : ''}${form.separatorLine ? `sep=${delimiter}\n` : ''}`;
  const forms = fc.sample(rowForm, records.length);
  const rows = records.map((fields, at) => {
    const values = order.map((column) => fields[column] ?? String(at));
    const line = rowText(values, forms[at] as RowForm, delimiter);
    return broken.length > 0 && at % 7 === 3 ? `${line}${broken[at % broken.length]}\n` : line;
  });
  return `${start}${header.join(delimiter)}\n${rows.join('')}${form.end}`;
}

function nameOf(name: string, how = 'as it is'): string {
  if (how === 'capitals') return name.toUpperCase();
  if (how === 'spaces') return ` ${name}\u00a0`;
  return how === 'quotes' ? `"${name}"` : name;
}

function rowText(values: readonly string[], form: RowForm, delimiter: string): string {
  const { notes, extra } = form;
  const all = [...values, ...notes, ...(extra && notes.length === MORE_COLUMNS.length ? [''] : [])];
  const fields = all.map((value, at) => {
    const { always = false, before = '', after = '' } = form.quotes[at] ?? {};
    if (!always && !/["\r\n\t,;|]/.test(value)) return value;
    const around = [before, after].map((text) => text.replaceAll(delimiter, ''));
    return `${around[0]}"${value.replaceAll('"', '""')}"${around[1]}`;
  });
  const others = all.toSpliced(values.length, 1).join('');
  if (form.escaped && notes.length > 0 && !/["\\\n]/.test(others))
    fields[values.length] = '"say \\"hi\\", twice"';
  return `${form.blanks}${form.mark}${fields.join(delimiter)}${form.lineEnd}`;
}

/** @returns the bytes of a file, with some that are no UTF-8 in the columns that are not read */
export function withBadBytes(text: string): Buffer {
  const bytes = Buffer.from(text).toString('latin1');
  return Buffer.from(bytes.replaceAll(Buffer.from(BAD).toString('latin1'), '\xff'), 'latin1');
}

/** How an object of JSON lines is written. */
const objectForm = fc.record({
  before: fc.constantFrom('', '', ' ', '\x1e', '\ufeff'),
  after: fc.constantFrom('', '', ',', ' , '),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r', '\n\n'),
  /** What is written where a value is missing. */
  missing: fc.constantFrom('""', 'null', 'NaN', ''),
  capitals: fc.boolean(),
  more: fc.constantFrom('', '"note":{"a":[1]}', '"note":"\\u0000"', '"n":NaN'),
});

/** @returns JSON lines that hold the rows, each time others */
export function oddJson(records: readonly (readonly string[])[]): string {
  const forms = fc.sample(objectForm, records.length);
  return records
    .map((fields, at) => {
      const { before, after, lineEnd, missing, capitals, more } = forms[at] ?? forms[0] ?? never();
      const members = FIELDS.map((field, index) => {
        const text = fields[index] ?? '';
        const value = text === '' ? missing : isNumber(text) && index > 3 ? text : JSON.stringify(text);
        return value === '' ? '' : `"${capitals ? field.toUpperCase() : field}":${value}`;
      });
      const body = [...members, more].filter((member) => member !== '').join(', ');
      return `${before}{${body}}${after}${lineEnd}`;
    })
    .join('');
}

/** Whether JSON has a number of just this text. */
function isNumber(text: string): boolean {
  return String(Number(text)) === text && Number.isFinite(Number(text));
}

function never(): never {
  throw new Error('there is no form');
}
