import type { Config } from '../config/config.ts';
import type { ReadingConfig } from '../config/reading.ts';
import { type Cube, qualityOf } from '../cube/cube.ts';
import type { FileReport } from '../cube/file-report.ts';
import type { Field } from '../fields/fields.ts';
import { FILLED_FIELDS, NUMBER_FIELDS } from '../history/clean.ts';
import { foldName } from '../history/columns.ts';
import { BACKSLASH, type Example, isPlain } from '../history/unread.ts';
import { shown, shownNames } from '../shown.ts';
import { byCount, percent } from '../words.ts';
import { foldCountries } from './estimate.ts';
import { type NotedFile, remedyFor } from './remedies.ts';

const WHAT: Readonly<Record<Field, string>> = {
  timestamp: 'a time',
  last_order_ts: 'a time',
  first_order_ts: 'a time',
  country_code: 'a country',
  total_orders: 'a whole number',
  voucher_amount: 'an amount',
};

/**
 * @returns why no artifact may be made of a cube, as sentences: too many values cannot be read, a country has no
 *   amount that can be read, one column has numbers of two formats; an empty list if all is well
 */
export function unreadableObjections(cube: Cube, reports: readonly FileReport[], config: Config): string[] {
  const { rows_kept, ...quality } = qualityOf(cube.countries.values());
  const most = config.guards.largest_share_unreadable;
  const found: string[] = [];
  for (const field of FILLED_FIELDS) {
    const rows = quality[`${field}_unreadable`];
    const mixed = mixture(field, reports, config);
    const countries = field === 'voucher_amount' && rows > 0 ? countriesWithoutAmount(cube) : [];
    if (mixed !== null) found.push(mixed);
    else if (rows > most * rows_kept) {
      const limit = `at most ${percent(most)} may be so (guards.largest_share_unreadable)`;
      found.push(`${unreadableSentence(field, rows, rows_kept, reports, config)}; ${limit}`);
    } else if (countries.length > 0) {
      found.push(
        `${unreadableSentence(field, rows, rows_kept, reports, config)}; for ${shownNames(countries)} no amount at all can be read`,
      );
    }
  }
  return found;
}

/** @returns warnings about values that cannot be read: a sentence for each field that has some */
export function unreadableWarnings(cube: Cube, reports: readonly FileReport[], config: Config): string[] {
  const { rows_read } = qualityOf(cube.countries.values());
  const unread = (Object.keys(WHAT) as Field[]).flatMap((field) => {
    const rows = reports.reduce((sum, { notes }) => sum + (notes.unread[field]?.rows ?? 0), 0);
    return rows === 0 ? [] : [unreadableSentence(field, rows, rows_read, reports, config)];
  });
  const doubtful = NUMBER_FIELDS.flatMap((field) => {
    const found = doubtfulMark(field, reports, config);
    return found === null ? [] : [`${found.what}, such as ${found.example}; ${found.remedy}`];
  });
  const blank = cube.countries.get('')?.dropped.invalid_timestamp ?? 0;
  const nameless =
    blank === 0
      ? []
      : [
          `${blank} of ${rows_read} rows ${byCount(blank, 'has', 'have')} neither a country nor a time that can be read: leave out blank rows and totals`,
        ];
  return [...unread, ...doubtful, ...nameless];
}

/**
 * @returns a doubt about a column in which every decimal mark has three digits after it, as marks that group thousands
 *   have. It is read as the settings say, perhaps a thousand times too small. Null for other columns
 */
export function doubtfulMark(
  field: (typeof NUMBER_FIELDS)[number],
  reports: readonly NotedFile[],
  { columns, numbers: { decimal } }: Config,
): { what: string; remedy: string; example: string; count: number } | null {
  const marks = reports.flatMap(({ file, notes }) => {
    const mark = notes.marks[field];
    return mark ? [{ file, mark }] : [];
  });
  const [first] = marks;
  const isKnown =
    reports.some(({ notes }) => notes.unread[field]) || marks.some(({ mark }) => isPlain(mark.fits));
  if (first === undefined || isKnown) return null;
  const setting = JSON.stringify({ decimal: decimal === '.' ? ',' : '.', grouping: decimal });
  return {
    what: `${columns[field]}: each "${decimal}" has three digits after it, and is read as a decimal mark`,
    remedy: `if it groups thousands, set numbers to ${setting} in the config`,
    example: where(first.mark, first.file),
    count: marks.length,
  };
}

/** @returns why the first file that lost half of its rows or more lost them; "" if no file did */
export function whyLost(reports: readonly FileReport[], config: Config): string {
  return reports.map((report) => lossOf(report, config)).find((why) => why !== '') ?? '';
}

/** Its times cannot be read, or its rows are malformed. */
function lossOf(report: FileReport, config: Config): string {
  for (const field of ['timestamp', 'last_order_ts'] as const) {
    const unread = report.notes.unread[field];
    if (unread === undefined || 2 * unread.rows < report.rows) continue;
    return unreadableSentence(field, unread.rows, report.rows, [report], config);
  }
  const { malformed } = report.notes;
  return malformed !== null && 2 * malformed.rows >= report.rows ? malformedSentence(report) : '';
}

/** @param found fields in a row @param expected fields in the header @returns what is wrong with the row, to follow "it" */
export function otherWidth(found: number, expected: number | null, text: string): string {
  // As MySQL and Redshift write it.
  const isEscaped = found > Number(expected) && BACKSLASH.test(text);
  const why = isEscaped ? ' (a backslash before a delimiter is not read: put the field into quotes)' : '';
  return `has ${found} field${found === 1 ? '' : 's'}, and the header ${expected}${why}`;
}

/** @returns what is wrong with the shape of a file's rows */
export function malformedSentence({ file, notes: { malformed } }: FileReport): string {
  if (malformed === null) return '';
  const { line, text, found, expected } = malformed;
  const start = `line ${line} of ${file}`;
  if (expected === null) return `${start} is not a JSON object of plain values: ${shown(text)}`;
  return found === null
    ? `${start} has a quote that is not closed: ${shown(text)}`
    : `${start} ${otherWidth(found, expected, text)}: ${shown(text)}`;
}

/** @param all the rows that `rows` are a part of */
export function unreadableSentence(
  field: Field,
  rows: number,
  all: number,
  reports: readonly NotedFile[],
  config: { columns: Partial<Config['columns']> } & ReadingConfig,
): string {
  const share = all > 0 ? ` (${percent(rows / all)})` : '';
  const name = config.columns[field];
  const examples = reports.flatMap(({ file, notes }) =>
    (notes.unread[field]?.examples ?? []).map((example) => where(example, file)),
  );
  const such = examples.length > 0 ? `, such as ${examples.slice(0, 3).join(', ')}` : '';
  const remedy = remedyFor(field, reports, config);
  return `${name}: ${rows} of ${all} rows${share} ${byCount(rows, 'has', 'have')} a value that cannot be read as ${WHAT[field]}${such}${remedy}${repeatedHeader(field, reports, config)}`;
}

/** @returns which line holds names of columns in place of values of a field, as the rest of a sentence; "" for none */
export function repeatedHeader(
  field: Field,
  reports: readonly NotedFile[],
  { columns }: { columns: Partial<Config['columns']> },
): string {
  const names = new Set(Object.values(columns).map(foldName));
  for (const { file, notes } of reports) {
    const header = notes.unread[field]?.examples.find(({ text }) => names.has(foldName(text)));
    if (header !== undefined)
      return `; line ${header.line} of ${file} is a second header: join exports without their headers`;
  }
  return '';
}

/** @returns a sentence where a column has numbers that no one format reads, with an example of each */
export function mixture(
  field: Field,
  reports: readonly FileReport[],
  config: Pick<Config, 'columns'>,
): string | null {
  const seen: { fits: number; shown: string }[] = [];
  for (const { file, notes } of reports) {
    const unread = notes.unread[field];
    const mark = notes.marks[field];
    if (unread?.mixed) {
      return `${config.columns[field]}: one column has one format, and no format reads all of ${unread.examples.map((example) => where(example, file)).join(', ')}: write them in one way`;
    }
    if (unread && unread.fits !== 0) {
      const [example] = unread.examples;
      if (example) seen.push({ fits: unread.fits, shown: where(example, file) });
    }
    if (mark) seen.push({ fits: mark.fits, shown: where(mark, file) });
  }
  // Without anything that cannot be read, the format in use reads all.
  if (!reports.some(({ notes }) => notes.unread[field])) return null;
  for (const [at, one] of seen.entries()) {
    const other = seen.slice(0, at).find(({ fits }) => (fits & one.fits) === 0);
    if (other === undefined) continue;
    return `${config.columns[field]}: one column has one format, and no format reads both ${other.shown} and ${one.shown}: write them in one way`;
  }
  return null;
}

/** Countries with amounts that cannot be read and none that can. */
function countriesWithoutAmount(cube: Cube): string[] {
  return [...foldCountries(cube).values()].flatMap(({ shown: country, spellings }) => {
    const { rows_kept, voucher_amount_imputed, voucher_amount_unreadable } = qualityOf(spellings);
    return voucher_amount_unreadable > 0 && voucher_amount_imputed === rows_kept ? [country] : [];
  });
}

function where({ text, line }: Example, file: string): string {
  return `${shown(text)} (${file}:${line})`;
}
