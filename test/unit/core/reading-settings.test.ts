import { describe, expect, it } from 'vitest';
import {
  amountReader,
  type NumberFormat,
  PLAIN_NUMBERS,
  wholeReader,
} from '../../../src/core/fields/numbers.ts';
import { type TimeFormat, timeReader } from '../../../src/core/fields/times.ts';
import { isMissing, MISSING, NULL_WORDS, UNREADABLE } from '../../../src/core/missing.ts';
import { formatTime, parseTime } from '../../../src/core/time.ts';
import { foldCountry } from '../../../src/core/values.ts';
import { shippedConfig } from '../../support/histories.ts';

const german: NumberFormat = { decimal: ',', grouping: '.', currency_signs: ['€', 'EUR'] };
const english: NumberFormat = { decimal: '.', grouping: ',', currency_signs: ['$', 'US$'] };
const swiss: NumberFormat = { decimal: '.', grouping: "'", currency_signs: ['CHF', 'Fr.'] };
const french: NumberFormat = { decimal: ',', grouping: ' ', currency_signs: ['€'] };

describe('a missing field', () => {
  it.each(['', ' ', '\t', '\u200b', '\ufeff \u00a0', ...NULL_WORDS, 'Null', 'NAN', ' none ', '#N/A', '\\N'])(
    'is %j',
    (text) => {
      expect(isMissing(text)).toBe(true);
      expect(amountReader(PLAIN_NUMBERS)(text)).toBe(MISSING);
      expect(wholeReader(PLAIN_NUMBERS)(text)).toBe(MISSING);
      expect(timeReader('iso')(text)).toBe(MISSING);
    },
  );

  it.each(['NA', 'na', 'Namibia', 'Norway', '0', 'nil', '#', 'N', '-1', 'null0'])('is not %j', (text) => {
    expect(isMissing(text)).toBe(false);
  });
});

describe('the numbers of a format', () => {
  it.each([
    [german, '1.234,50', 1234.5],
    [german, '2.000', 2000],
    [german, '10,5', 10.5],
    [german, '10', 10],
    [german, '20 €', 20],
    [german, '€20', 20],
    [german, '30,5 eur', 30.5],
    [german, '1.234.567,8', 1234567.8],
    [english, '1,234.5', 1234.5],
    [english, '1,000', 1000],
    // As India groups: with a grouping comma it can be nothing else.
    [english, '12,34,567', 1234567],
    [english, '$1000', 1000],
    [english, 'US$ 1,000', 1000],
    [english, '1e3', 1000],
    [swiss, "1'234.50", 1234.5],
    [swiss, '1’234', 1234],
    [swiss, 'CHF 20', 20],
    [swiss, 'Fr. 20', 20],
    [french, '1 234,5', 1234.5],
    [french, '1\u00a0234,5 €', 1234.5],
    [french, '1\u202f234\u202f567', 1234567],
  ])('are read: %j in %j is %d', (format, text, number) => {
    expect(amountReader(format)(text)).toBe(number);
  });

  it.each([
    [german, '1,234.5'],
    [german, '1.23'],
    [german, '10.5'],
    [german, '1.2345'],
    [german, '1.234,5,6'],
    [german, '$20'],
    [english, '1,00'],
    [english, '12,34,56'],
    [english, '123,45,678'],
    [english, '€20'],
    [english, '1.234,5'],
    [PLAIN_NUMBERS, '20 €'],
    [PLAIN_NUMBERS, '1,000'],
    [PLAIN_NUMBERS, '1 000'],
    [PLAIN_NUMBERS, '10%'],
    [PLAIN_NUMBERS, '-10'],
    [PLAIN_NUMBERS, '(1000)'],
    [PLAIN_NUMBERS, '####'],
    [PLAIN_NUMBERS, '€'],
    [PLAIN_NUMBERS, 'inf'],
    [PLAIN_NUMBERS, '1e400'],
  ])('are unreadable: %j in %j', (format, text) => {
    expect(amountReader(format)(text)).toBe(UNREADABLE);
  });

  it('are whole with a sign of a currency for no one', () => {
    expect(wholeReader(german)('1.234')).toBe(1234);
    expect(wholeReader(german)('12 €')).toBe(UNREADABLE);
    expect(wholeReader(german)('1,5')).toBe(UNREADABLE);
  });
});

describe('the times of a format', () => {
  it.each<[TimeFormat, string, string]>([
    ['epoch_seconds', '1777629600', '2026-05-01 10:00:00'],
    ['epoch_seconds', '1777629600.75', '2026-05-01 10:00:00'],
    ['epoch_seconds', '-0.5', '1969-12-31 23:59:59'],
    ['epoch_milliseconds', '1777629600000', '2026-05-01 10:00:00'],
    ['epoch_microseconds', '1777629600000000', '2026-05-01 10:00:00'],
    ['excel_serial', '46143.41667', '2026-05-01 10:00:00'],
    ['excel_serial', '46143,41667', '2026-05-01 10:00:00'],
    ['excel_serial', '46143', '2026-05-01'],
    ['excel_serial', '46143.416666666664', '2026-05-01 10:00:00'],
    ['day_month_year', '01.05.2026 10:00', '2026-05-01 10:00'],
    ['day_month_year', '1/5/2026', '2026-05-01'],
    ['day_month_year', '01-05-2026, 22:15:30', '2026-05-01 22:15:30'],
    ['month_day_year', '05/01/2026 10:15 PM', '2026-05-01 22:15'],
    ['month_day_year', '5/1/2026 12:00:01 a.m.', '2026-05-01 00:00:01'],
    ['month_day_year', '05/01/2026 12:30 pm -0400', '2026-05-01 16:30'],
    ['year_month_day', '2026-5-1 1:05 pm', '2026-05-01 13:05'],
    ['day_month_year', '2026-05-01T10:00:00Z', '2026-05-01 10:00'],
    ['epoch_seconds', '2026-05-01', '2026-05-01'],
  ])('are read: %s %j', (format, text, same) => {
    expect(formatTime(timeReader(format)(text))).toBe(formatTime(parseTime(same) ?? Number.NaN));
  });

  it.each<[TimeFormat, string]>([
    ['iso', '1777629600'],
    ['iso', '01.05.2026 10:00'],
    ['iso', '2026-05-01 10:00 PM'],
    ['epoch_seconds', '1777629600000000'],
    ['epoch_seconds', '1777629600000'],
    ['epoch_milliseconds', '1777629600'],
    ['epoch_milliseconds', '1777629600000000'],
    ['epoch_microseconds', '1777629600'],
    ['epoch_microseconds', '1777629600000'],
    ['epoch_seconds', '1.7e9'],
    ['excel_serial', '60'],
    ['excel_serial', '1777629600'],
    ['day_month_year', '32.01.2026'],
    ['day_month_year', '05/13/2026'],
    ['day_month_year', '01.05/2026'],
    ['day_month_year', '01.05.26'],
    ['month_day_year', '13/05/2026'],
    ['month_day_year', '05/01/2026 13:00 PM'],
    ['month_day_year', '05/01/2026 0:30 AM'],
    ['month_day_year', '05/01/2026 10:00 XM'],
  ])('are unreadable: %s %j', (format, text) => {
    expect(timeReader(format)(text)).toBe(UNREADABLE);
  });
});

describe('settings', () => {
  it('refuse one mark for two things, and signs that are part of a number', () => {
    expect(() => shippedConfig({ numbers: { decimal: ',', grouping: ',' } })).toThrow(/two different marks/);
    expect(() => shippedConfig({ numbers: { currency_signs: ['5'] } })).toThrow(/a sign such as/);
    expect(() => shippedConfig({ times: { format: 'epoch' } })).toThrow(/epoch_seconds/);
    expect(shippedConfig({ numbers: { currency_signs: ['€', 'EUR', 'R$', 'kr.'] } }).numbers.decimal).toBe(
      '.',
    );
  });
});

describe('countries', () => {
  it.each([
    ['Costa Rica', 'Costa  Rica'],
    ['Costa Rica', 'Costa\u00a0 rica '],
    ['Perú', 'Per\u200bu\u0301'],
  ])('meet under one form: %j and %j', (one, other) => {
    expect(foldCountry(one)).toBe(foldCountry(other));
  });
});

describe('a text of any length', () => {
  /** Characters that are looked at for a text, by a regular expression that is counted in steps. */
  const LONG = 1 << 20;
  it.each([
    '9'.repeat(LONG),
    `${'9'.repeat(LONG)}x`,
    `${'1,'.repeat(LONG / 2)}`,
    `${'1,000'.repeat(LONG / 8)}x`,
    `.${'0'.repeat(LONG)}x`,
    `1e${'9'.repeat(LONG)}x`,
    ' '.repeat(LONG),
    `€${' '.repeat(LONG)}5`,
    `5${' '.repeat(LONG)}€x`,
    `2026-05-01 10:00:00.${'9'.repeat(LONG)}x`,
    `01.05.2026 ${'9'.repeat(LONG)}`,
  ])('is read to its end', (text) => {
    for (const format of [german, english, PLAIN_NUMBERS]) amountReader(format)(text);
    for (const format of ['iso', 'day_month_year', 'excel_serial', 'epoch_seconds'] as const) {
      timeReader(format)(text);
    }
    foldCountry(text);
  });
});
