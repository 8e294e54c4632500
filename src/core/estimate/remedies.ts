import type { ReadingConfig } from '../config/reading.ts';
import type { FileReport } from '../cube/file-report.ts';
import { mayBeOneCurrency } from '../fields/currency-signs.ts';
import type { Field } from '../fields/fields.ts';
import { ANY, numberFormatIn, timeFormatsIn } from '../fields/fits.ts';
import type { NumberFormat } from '../fields/numbers.ts';
import { NUMBER_FIELDS, TIME_FIELDS } from '../history/clean.ts';
import { isPlain } from '../history/unread.ts';
import { shown } from '../shown.ts';
import { TIME_FORMS } from '../time.ts';

/** What is known of the values of a file. */
export type NotedFile = Pick<FileReport, 'file' | 'notes'>;

/**
 * What programs write before a sum of rows: `Grand Total`, `Peru Total`, `Gesamtergebnis`, `Total général`, `Suma końcowa`,
 * `Общий итог`, `总计`.
 */
export const TOTAL_LINE = new RegExp(
  '^(?:\\p{L}+ )?(?:sub|zwischen|eind|hoved)?(?:' +
    '(?:tota|gesamt|toplam|итог)\\p{L}*|summ?[ae]?|somm?[ae]|ergebnis|celkem|razem|всего|' +
    '[小合总總総][计計])(?: \\p{L}+)?$',
  'iu',
);

/** `1. Mai 2026`, `1 de mayo de 2026`, `mai 1, 2026`, `2026年5月1日`. */
const MONTH =
  /^(?:(?:\p{L}+\.?,? )?(?:\d{1,2}(?:\.|er)?[ /-](?:de )?\p{L}[\p{L}\p{M}]{2,}\.?,?[ /-](?:del? )?|\d{1,2}, )\d{4}(?:\D.*\d)?$|\d{4}[年년])/u;

/** What is said of values that no setting reads. */
const UNREAD_KINDS: readonly [RegExp, string][] = [
  // 01/05/26 and 01-May-26, whose century is not known.
  [/^\d{1,2}([-/. ])(?:\d{1,2}|\p{L}{3,9})\1\d{2}(?!\d)/u, 'a year of two digits is not read: export four'],
  [
    /^\d(?:[.,]\d+)?E\+\d+$/i,
    'a spreadsheet has rounded them: show them there as whole numbers, and export again',
  ],
  [/^\d{17,19}$/, 'nanoseconds and ticks are not read: export YYYY-MM-DD HH:MM:SS'],
  [MONTH, 'names of months are read in English: export YYYY-MM-DD'],
  [/^=?["'“„«]/, 'Excel marks text with = and quotes: export the values alone'],
  [/^#/, 'Excel writes # for errors: export the values alone'],
  [/^\d{4}-(?:W|\d{3}$)/, 'weeks and days of the year are not read: export YYYY-MM-DD'],
  // CEST, Europe/Berlin and [Europe/Berlin], at the end or before the year.
  [
    /\d ?\[?(?:[A-Z]{3,5}|[A-Z]\w+\/\w+)\]?(?: \d{4})?$/,
    'the name of a zone does not tell the offset: export UTC or ±HH:MM',
  ],
  [/^[-=+|]{3,}$/, 'leave out lines of dashes and totals'],
  [TOTAL_LINE, 'leave out lines of dashes and totals'],
  [
    /^\/Date\(/,
    '/Date(…)/ counts milliseconds: set times.format to "epoch_milliseconds", and export the digits alone',
  ],
  [/^(?:true|false)$/i, 'true and false are no numbers'],
  [/%$/, 'percentages are not read'],
  [/^0000/, 'zeros are no day: export an empty field'],
  [/^NA$/, 'NA is Namibia: export an empty field'],
  [/^\(.*\)$|^[-\u2212]|-$/, 'numbers below 0 are not read'],
  [/(?!\d)\p{N}/u, 'digits other than 0 to 9 are not read'],
];

/** What is read of numbers without a setting that would read more. */
const NUMBER_FORMS = {
  total_orders: 'whole numbers from 0 up, such as 15 or 15.0',
  voucher_amount: 'numbers from 0 up in the digits 0 to 9, such as 12.5 or 1e3',
};

/** @returns two signs that are not of one currency; all of them, where only all together are not */
function differing(signs: readonly string[]): readonly string[] {
  const pairs = signs.flatMap((one, at) => signs.slice(at + 1).map((other) => [one, other]));
  return pairs.find((pair) => !mayBeOneCurrency(pair)) ?? signs;
}

/** @returns the setting that would read values, as the rest of a sentence; without one, the forms that are read */
export function remedyFor(field: Field, reports: readonly NotedFile[], config: ReadingConfig): string {
  if (field === 'country_code') return '';
  if (field !== 'total_orders' && field !== 'voucher_amount') {
    const formats = timeFormatsIn(fitsOf(TIME_FIELDS, field, reports)).map((format) => `"${format}"`);
    return formats.length === 0
      ? `; write times as ${TIME_FORMS}${wordAbout(field, reports)}`
      : `; set times.format to ${formats.join(' or ')} in the config to read them`;
  }
  const fits = fitsOf(NUMBER_FIELDS, field, reports);
  const format = numberFormatIn(fits);
  if (format === undefined) return `; write ${NUMBER_FORMS[field]}${wordAbout(field, reports)}`;
  const signs = [...new Set(reports.flatMap(({ notes }) => notes.unread[field]?.signs ?? []))];
  const all = [...new Set([...config.numbers.currency_signs, ...signs])];
  if (!mayBeOneCurrency(all)) {
    const names = differing(all).map(shown).join(' and ');
    return `; ${names} are of different currencies, whose amounts are never added: export the amounts of each country in its own currency, without a sign`;
  }
  const settingOf = ({ decimal, grouping }: NumberFormat) =>
    JSON.stringify({ decimal, grouping, ...(all.length > 0 && { currency_signs: all }) });
  const caution = signs.length > 1 ? ', if all of these signs are of one currency' : '';
  const [point, comma] = [numberFormatIn(fits, '.'), numberFormatIn(fits, ',')];
  // Where both group in the same way, no number has a decimal mark, and the one of the config is as good.
  const isOpen = point !== undefined && comma !== undefined && point.grouping !== comma.grouping;
  if (!isOpen || isPlain(fits))
    return `; set numbers to ${settingOf(numberFormatIn(fits, config.numbers.decimal) ?? format)} in the config to read them${caution}`;
  const mark = point.grouping === ',' ? 'comma' : 'point';
  const [grouped, fraction] = mark === 'comma' ? [point, comma] : [comma, point];
  return `; if the ${mark} groups thousands, set numbers to ${settingOf(grouped)} in the config to read them, and if it is the decimal mark, to ${settingOf(fraction)}${caution}`;
}

/** @returns what the first values of a field seem to be, as the rest of a sentence; "" where that is not known */
function wordAbout(field: Field, reports: readonly NotedFile[]): string {
  const texts = reports.flatMap(({ notes }) => notes.unread[field]?.examples ?? []);
  const kind = UNREAD_KINDS.find(([pattern]) => texts.some(({ text }) => pattern.test(text.trim())));
  return kind === undefined ? '' : `; ${kind[1]}`;
}

/** The formats that read all that is known of the fields which share a setting, or else of the one field. */
function fitsOf(shared: readonly Field[], field: Field, reports: readonly NotedFile[]): number {
  const of = (fields: readonly Field[]) =>
    reports
      .flatMap(({ notes }) =>
        fields.flatMap((name) => [notes.unread[name]?.fits ?? 0, notes.marks[name]?.fits ?? 0]),
      )
      .filter((fits) => fits !== 0)
      .reduce((all, fits) => all & fits, ANY);
  if (reports.every(({ notes }) => (notes.unread[field]?.fits ?? 0) === 0)) return 0;
  return of(shared) || of([field]);
}
