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
  blanks: string;
}

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
  return `${start}${header.join(delimiter)}\n${rows.join('')}`;
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
  return `${form.blanks}${form.mark}${fields.join(delimiter)}${form.lineEnd}`;
}
