import type { Config } from '../config/config.ts';
import { type Cube, qualityOf } from '../cube/cube.ts';
import type { FileReport } from '../cube/file-report.ts';
import { dropList } from '../history/clean.ts';
import { shownNames } from '../shown.ts';
import { byCount, firstOf, percent } from '../words.ts';
import { alikeWarnings } from './alike-countries.ts';
import { foldCountries } from './estimate.ts';
import { missingCountries } from './missing-countries.ts';
import { moneyWarnings } from './money-warnings.ts';
import { malformedSentence, unreadableWarnings, whyLost } from './readable.ts';
import { TOTAL_LINE } from './remedies.ts';

/** What files gave: their names and contents, and from engines that see rows a report for each. */
export interface Read {
  sources: readonly { name: string; sha256: string; rows: number }[];
  reports: readonly FileReport[];
}

/** @returns the warnings about a history that an artifact can be made of, as sentences: the same wherever it is made */
export function historyWarnings(cube: Cube, config: Config, read: Read): string[] {
  return [
    ...oddFiles(read, config).flatMap(({ sentences }) => sentences),
    ...malformedWarnings(read.reports),
    ...unreadableWarnings(cube, read.reports, config),
    ...oddCountries(cube, config),
    ...alikeWarnings(cube, config),
    ...missingCountries(cube, config),
    ...amountWarnings(cube, config),
    ...moneyWarnings(cube, config),
  ];
}

/** What is odd about the files of a history: the name of the disease, the files, and sentences about them. */
interface OddFiles {
  disease: 'passed_over_file' | 'repeated_file' | 'empty_file' | 'lost_file' | 'remarkable_file';
  files: string[];
  sentences: string[];
}

const MOST_FILES = 10;

/** @returns what a build warns of, and the doctor names: files that give nothing, too much or an unusual share of theirs */
export function oddFiles(read: Read, config: Config): OddFiles[] {
  const { sources, reports } = read;
  const passedOver = reports.filter(({ notes }) => notes.passedOver !== null).map(({ file }) => file);
  const empty = sources
    .filter(({ name, rows }) => rows === 0 && !passedOver.includes(name))
    .map(({ name }) => name);
  const repeated = repeatedFiles(read);
  const lost = unusualFiles(reports);
  const remarkable = reports.filter(({ notes }) => notes.remarks.length > 0);
  const all: OddFiles[] = [
    {
      disease: 'passed_over_file',
      files: passedOver,
      sentences: passedOver.map((file) => `${file}: passed over, for it is empty or has none of the columns`),
    },
    {
      disease: 'repeated_file',
      files: repeated.flatMap(({ names }) => names.slice(1)),
      sentences: repeated.map(({ sentence }) => sentence),
    },
    { disease: 'empty_file', files: empty, sentences: empty.map((name) => `${name} has no rows`) },
    {
      disease: 'lost_file',
      files: lost.map(({ file, notes }) => (notes.malformed ? `${file}:${notes.malformed.line}` : file)),
      sentences: lost.map((report) => lostSentence(report, config)),
    },
    {
      disease: 'remarkable_file',
      files: remarkable.map(({ file }) => file),
      sentences: remarkable.flatMap(({ file, notes }) => notes.remarks.map((remark) => `${file}: ${remark}`)),
    },
  ];
  return all.map(({ sentences, ...odd }) => {
    const more = sentences.length - MOST_FILES;
    const ending = more > 0 ? [`${more} more such files`] : [];
    return { ...odd, sentences: [...sentences.slice(0, MOST_FILES), ...ending] };
  });
}

/** @returns files with one content, and files that hold the same rows in another form: compressed, in another order */
function repeatedFiles({ sources, reports }: Read): { names: string[]; sentence: string }[] {
  const withRows = sources.filter(({ rows }) => rows > 0);
  const alike = [...Map.groupBy(withRows, ({ sha256 }) => sha256).values()].map((same) =>
    repeated(
      same.map(({ name }) => name),
      'have the same content',
    ),
  );
  const contents = new Map(sources.map(({ name, sha256 }) => [name, sha256]));
  const kept = reports.filter((report) => report.kept > 0);
  const inTwoForms = [...Map.groupBy(kept, ({ digest }) => digest).values()].map((same) => {
    const names = new Map(same.map(({ file }) => [contents.get(file), file]));
    return repeated([...names.values()], 'seem to be one export in two forms');
  });
  return [...alike, ...inTwoForms].filter(({ names }) => names.length > 1);
}

function repeated(names: string[], what: string) {
  const times = names.length === 2 ? 'twice' : `${names.length} times`;
  return { names, sentence: `${firstOf(names, MOST_FILES, ' and ')} ${what}: its rows are counted ${times}` };
}

/** A file that keeps less than this share of what the others keep is named. */
const UNUSUAL = 0.5;

/** @returns the files that gave no row, or kept an unusual share of theirs */
function unusualFiles(reports: readonly FileReport[]): FileReport[] {
  const rows = reports.reduce((sum, report) => sum + report.rows, 0);
  const kept = reports.reduce((sum, report) => sum + report.kept, 0);
  return reports.filter((report) => {
    const others = rows - report.rows;
    const usual = others > 0 ? (kept - report.kept) / others : 1;
    return report.rows > 0 && (report.kept === 0 || report.kept / report.rows < usual * UNUSUAL);
  });
}

function lostSentence(report: FileReport, config: Config): string {
  const { file, rows, kept, dropped } = report;
  const share =
    kept === 0
      ? `none of its ${rows} rows is`
      : `only ${kept} of its ${rows} rows ${byCount(kept, 'is', 'are')}`;
  return `${file}: ${share} kept: ${whyLost([report], config) || dropList(dropped)}`;
}

/** @returns which rows have another shape, and are dropped: a few need not make their file unusual */
function malformedWarnings(reports: readonly FileReport[]): string[] {
  const unusual = unusualFiles(reports);
  const malformed = reports.filter((report) => report.notes.malformed !== null && !unusual.includes(report));
  const [first] = malformed;
  if (first === undefined) return [];
  const rows = malformed.reduce((sum, { notes }) => sum + (notes.malformed?.rows ?? 0), 0);
  const all = reports.reduce((sum, report) => sum + report.rows, 0);
  return [
    `${rows} of ${all} rows (${percent(rows / all)}) ${byCount(rows, 'is', 'are')} malformed, and dropped: ${malformedSentence(first)}`,
  ];
}

/** @returns whether a country begins and ends with a quote, as after quoting it twice, or is `="Peru"`, as for Excel */
export function isQuoted(country: string): boolean {
  const marked = country.replace(/^=/, '');
  return marked.length > 1 && QUOTES.includes(marked.charAt(0)) && QUOTES.includes(marked.slice(-1));
}

const QUOTES = '\'"`´‘’‚“”„«»‹›';

/** @returns whether a country is text that another program damaged, or an error of a spreadsheet such as #REF! */
export function isDamagedName(country: string): boolean {
  return DAMAGED.test(country) || SHEET_ERROR.test(country);
}

/** What a byte within a character of UTF-8 becomes when it is read as Latin-1 or Windows-1252. */
const WITHIN =
  '[\\u0080-\\u00bf\\u0152\\u0153\\u0160\\u0161\\u0178\\u017d\\u017e\\u0192\\u02c6\\u02dc\\u2013-\\u203a\\u20ac\\u2122]';

/**
 * A control character that is no white space; a replacement character; UTF-8 that was read as Latin-1 or Windows-1252
 * (`PerÃº`), with the letters that the first bytes of Latin, Greek, Cyrillic, Hebrew and Arabic become; or a character of HTML
 * (`Per&uacute;`). A space that does not break and a dash are among the bytes, too: after `ú` or `é` they are what they seem.
 */
const DAMAGED = new RegExp(
  `[\\x01-\\x08\\x0e-\\x1f\\x7f\\ufffd]|[ÂÃÄÅÎÏÐÑ×ØÙ]${WITHIN}|[à-ï]${WITHIN}{2}|[ð-ô]${WITHIN}{3}|&(?:#\\d{2,7}|#[xX][\\da-fA-F]{2,6}|[a-zA-Z]{2,8});`,
);

/** @returns whether a country is a total, or no name: `Grand total`, `?`, `unknown`, `(Blank)` */
function isNoName(country: string): boolean {
  return NO_NAME.test(country) || TOTAL_LINE.test(country);
}

const NO_NAME = /^(?:[^\p{L}\p{N}]+|\W?(?:unknown|other|not set|blank|loading)\W*)$/iu;

const SHEET_ERROR = /^#[A-Z][A-Z0-9/]*[!?]$/i;

/** What a column of countries may hold instead: the disease, how to tell it, what a build makes of it, and what to do. */
export const ODD_COUNTRIES = [
  {
    disease: 'quoted_country',
    isOne: isQuoted,
    what: 'in quotes',
    today: 'counted as another country than the one without',
    remedy: 'export it without these quotes, which were perhaps put around it twice',
  },
  {
    disease: 'damaged_country',
    isOne: isDamagedName,
    what: 'that is damaged text or an error of a spreadsheet',
    today: 'counted as a country of its own',
    remedy: 'export it again, as UTF-8',
  },
  {
    disease: 'nameless_country',
    isOne: isNoName,
    what: 'that is a total or no name',
    today: 'counted as a country of its own',
    remedy: 'leave out totals, and export a country that is not known as an empty field',
  },
] as const;

function oddCountries(cube: Cube, { columns }: Config): string[] {
  return ODD_COUNTRIES.flatMap(({ isOne, what, today, remedy }) => {
    const odd = [...cube.countries].filter(([country]) => isOne(country.trim()));
    if (odd.length === 0) return [];
    const names = shownNames(odd.map(([country]) => country));
    const { rows_read } = qualityOf(odd.map(([, counts]) => counts));
    return [
      `${columns.country_code}: ${rows_read} ${byCount(rows_read, 'row has', 'rows have')} a country ${what}, ${names}, which is ${today}: ${remedy}`,
    ];
  });
}

function amountWarnings(cube: Cube, { imputation }: Config): string[] {
  return [...foldCountries(cube).values()].flatMap(({ shown: country, spellings }) => {
    const { rows_kept, voucher_amount_imputed } = qualityOf(spellings);
    if (rows_kept === 0 || rows_kept !== voucher_amount_imputed) return [];
    const consequence = imputation === 'exclude' ? 'it gets' : 'nothing can be filled in, and it gets';
    return [`none of the ${rows_kept} rows of ${country} has a voucher_amount: ${consequence} the default`];
  });
}
