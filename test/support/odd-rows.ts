import fc from 'fast-check';
import type { RawRow } from '../../src/core/history/clean.ts';
import { NULL_WORDS } from '../../src/core/missing.ts';
import { rawRow } from './histories.ts';

/**
 * Rows that are nearly right: every form, length and sign that the rules draw a line at, so that an engine which draws
 * it one character further is found out.
 */
const pad = (number: number, width = 2) => String(number).padStart(width, '0');

const year = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 2016, max: 2021 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0, 1, 4, 100, 399, 400, 1600, 1899, 1900, 1904, 2000, 2100, 2400, 9999),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 9999 }) },
);
const date = fc
  .tuple(
    year,
    fc.integer({ min: 0, max: 13 }),
    fc.oneof(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 32 })),
  )
  .map(([y, m, d]) => `${pad(y, 4)}-${pad(m)}-${pad(d)}`);
const goodDate = fc
  .tuple(year, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([y, m, d]) => `${pad(y, 4)}-${pad(m)}-${pad(d)}`);
const clock = fc
  .tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
  .map(([h, m, s]) => ({ minutes: `${pad(h)}:${pad(m)}`, seconds: `:${pad(s)}` }));
const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{6}$/), fc.stringMatching(/^\.\d{0,9}$/));
const zone = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constant('Z') },
  { weight: 2, arbitrary: fc.stringMatching(/^[+-][012]\d:[0-6]\d$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'z',
      '+02',
      '+0200',
      ' UTC',
      ' utc',
      'UTC',
      ' GMT',
      '+24:00',
      '-00:00',
      ' +00:00',
      '+02:00[Europe/Berlin]',
      'Z[UTC]',
      '[UTC]',
      ' -0400[Etc/GMT+4]',
      'Z[]',
      'Z[UTC',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(' -0400', '  +02', ' Z', '+2', '+02:0', '\u221202:00', '+05:30:00'),
  },
);
const space = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ' ',
      '\t',
      '  ',
      '\u00a0',
      '\ufeff',
      '\u2003',
      '\u3000',
      '\u2028',
      '\v',
      '\f',
      '\u1680',
      '\u200b',
      '\u0085',
      '\u180e',
      '\u00ad',
      '\u200d',
      '\u200e',
      '\u2060',
      '\u202b',
      '\u2066',
      '\u061c',
    ),
  },
);
const around = (text: fc.Arbitrary<string>) => fc.tuple(space, text, space).map((parts) => parts.join(''));

/** What exports write where there is no value, and what is nearly that. */
const nullWord = fc.constantFrom(
  ...NULL_WORDS,
  ...NULL_WORDS.map((word) => word.toUpperCase()),
  'Null',
  'N/a',
  '\\N',
  '---',
  'NA',
  'nil',
  'null.',
  'nu\u200bll',
);

/** A day as other programs write it: slashes, digits that are left out, forms that only a setting reads. */
const otherDate = fc
  .tuple(goodDate, fc.constantFrom('/', '.', '-', ' '), fc.boolean())
  .map(([day, mark, isShort]) => {
    const text = day.replaceAll('-', mark);
    return isShort ? text.replaceAll(/\D0/g, mark) : text;
  });
const otherTime = fc
  .tuple(
    fc.oneof(goodDate, otherDate),
    fc.constantFrom(' ', 'T', 't'),
    fc.tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 60 })),
    fc.constantFrom('', ':07', ':07,5', ':07.123456', ':7', ',5', '.'),
    zone,
  )
  .map(([day, gap, [h, m], rest, offset]) => `${day}${gap}${h}:${pad(m)}${rest}${offset}`);

/** Texts of times, of which about two in three are times. */
export const timeTexts: fc.Arbitrary<string> = around(
  fc.oneof(
    { weight: 4, arbitrary: goodDate },
    { weight: 2, arbitrary: date },
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.oneof(goodDate, date), fc.constantFrom(' ', ' ', 'T', 't', '  '), clock, fraction, zone)
        .map(
          ([day, separator, { minutes, seconds }, rest, offset]) =>
            `${day}${separator}${minutes}${seconds}${rest}${offset}`,
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(goodDate, fc.constantFrom(' ', 'T'), clock, zone)
        .map(([day, separator, { minutes }, offset]) => day + separator + minutes + offset),
    },
    { weight: 2, arbitrary: otherDate },
    { weight: 3, arbitrary: otherTime },
    { weight: 1, arbitrary: nullWord },
    // One character off: what is read eight at a time must be checked one by one.
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom(
            '2018-07-21',
            '2018-07-21 18:59:21',
            '2018-07-21 18:59:21.102761',
            '2018-07-21T18:59:21+02:00',
            '2018-07-21 18:59Z',
          ),
          fc.nat(25),
          fc.constantFrom('0', '9', '/', ':', ' ', '-', '.', '\u0001', '٣', 'A', '@', 'p', '\u007f', 'é', ''),
        )
        .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        'NaT',
        'null',
        '1532199561',
        '1532199561000',
        '43302.79',
        '21.07.2018',
        '07/21/2018 6:59 PM',
        '20180721',
        '20180721T185921Z',
        '20180721185921',
        '20180721185921.5Z',
        'Sat Jul 21 18:59:21 2018',
        'Sun Jul  1 18:59:21 UTC 2018',
        '2018-W29-6',
        '2018W296',
        '/Date(1532199561000)/',
        '="2018-07-21"',
        "'2018-07-21",
        'Total',
        '----------',
        '21 July 2018 18:59',
        'Sat, 21 Jul 2018 18:59:21 GMT',
        '21-Jul-18',
        '2018-07-21 18',
        '２０１８-07-21',
      ),
    },
  ),
);

/** Texts of numbers, whole and not. */
export const numberTexts: fc.Arbitrary<string> = around(
  fc.oneof(
    { weight: 4, arbitrary: fc.nat(60).map(String) },
    { weight: 4, arbitrary: fc.nat(60).map((n) => `${n}.0`) },
    { weight: 2, arbitrary: fc.stringMatching(/^\d{1,12}$/) },
    { weight: 2, arbitrary: fc.stringMatching(/^\d{0,9}\.0{0,4}$/) },
    { weight: 1, arbitrary: fc.stringMatching(/^0{0,30}\d{1,5}\.?0{0,20}$/) },
    { weight: 2, arbitrary: fc.stringMatching(/^[+-]?\d{0,3}\.?\d{0,3}(?:[eE][+-]?\d{0,3})?$/) },
    { weight: 1, arbitrary: fc.stringMatching(/^[0-9/:.\-+ e]{0,9}$/) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '',
        'abc',
        '-0',
        '-1',
        '2.5',
        '20 €',
        '€20',
        'USD 20',
        '1,000',
        '1,00,000',
        '12,34,567',
        '1,23,45',
        '1.000,50',
        '1 234,50',
        '1\u202f234',
        "1'234",
        '10,5',
        '10%',
        '(10)',
        '\u22121',
        '+3',
        '++3',
        '4e1',
        '1,00E+01',
        '1\u2007234',
        '="10"',
        "'3",
        '10 %',
        'EUR 10',
        '10EUR',
        '1.234.567,89',
        '10-',
        '1e30',
        '12345678901234567890',
        'false',
        '١٠',
        '----',
        '####',
        '#DIV/0!',
        'TRUE',
        '１２',
        '०',
        '1e3',
        'nan',
        'inf',
        '1e400',
        '0x10',
        '1_000',
        '12,5',
        '٣',
        '99999999999999999999',
        '9'.repeat(400),
        '0.1',
        '.0',
        '.',
        '15.',
        '00.00',
      ),
    },
    { weight: 1, arbitrary: nullWord },
  ),
);

const country = around(
  fc.oneof(
    {
      weight: 20,
      arbitrary: fc.constantFrom(
        'Peru',
        'peru',
        'PERU',
        'Latvia',
        'Perú',
        'Côte d’Ivoire',
        '__proto__',
        'Straße',
        'STRASSE',
        'STRAẞE',
        '中国',
        "O'Brien",
        'back\\slash',
        'tab\tbed',
        '',
        'Peru\u0301',
        'Pe\u200bru',
        'Pe\u202eru',
        'Costa Rica',
        'Costa  Rica',
        'Costa\u00a0Rica',
        'costa\u3000\u2009rica',
        '"Peru"',
        "'Peru'",
        '-',
        '0',
      ),
    },
    { weight: 1, arbitrary: nullWord },
  ),
);

/** Rows with every disease of a history, most of them healthy otherwise. */
export const oddRows: fc.Arbitrary<RawRow> = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: goodDate }, { weight: 2, arbitrary: timeTexts }),
    country,
    fc.oneof({ weight: 3, arbitrary: goodDate }, { weight: 2, arbitrary: timeTexts }),
    fc.oneof({ weight: 1, arbitrary: goodDate }, { weight: 1, arbitrary: timeTexts }),
    numberTexts,
    fc.oneof(fc.constantFrom('10', '20.0', '2e1', '35.5', '0', '-0', '0.1'), numberTexts),
  )
  .map(rawRow)
  .map((row) =>
    // Most rows of a history come after the last order.
    row.timestamp < row.last_order_ts && row.country_code.length % 4
      ? { ...row, timestamp: row.last_order_ts, last_order_ts: row.timestamp }
      : row,
  );
