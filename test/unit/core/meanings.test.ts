import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountReader, PLAIN_NUMBERS, wholeReader } from '../../../src/core/fields/numbers.ts';
import { emptyAssignment } from '../../../src/core/history/clean.ts';
import { MISSING } from '../../../src/core/missing.ts';
import { PERIODS, periodIndex, periodName, periodStart } from '../../../src/core/period.ts';
import { featureOf, UNKNOWN } from '../../../src/core/segments/features.ts';
import { compileBands, NO_BAND } from '../../../src/core/segments/segments.ts';
import { formatTime, parseTime } from '../../../src/core/time.ts';
import { compareCodePoints, foldCountry, MISSING_AMOUNT } from '../../../src/core/values.ts';
import { rawRow, shippedConfig } from '../../support/histories.ts';
import { cleaner, DEFAULT_READING } from '../../support/reading.ts';

interface Golden {
  times: { valid: { text: string; seconds: number }[]; invalid: string[] };
  whole_numbers: { valid: { text: string; number: number }[]; invalid: string[] };
  amounts: { valid: { text: string; number: number }[]; invalid: string[] };
  bands: Record<string, Record<string, string | null>>;
  rows: GoldenRow[];
}

interface GoldenRow {
  name: string;
  row: string[];
  dropped?: string;
  kept?: {
    days: number;
    tenure: number | null;
    orders: number;
    amount: number | null;
    orders_filled?: boolean;
    unreadable?: string[];
  };
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../golden/meanings.json', import.meta.url), 'utf8'),
);
const config = shippedConfig();

const readAmount = amountReader(PLAIN_NUMBERS);
const readWhole = wholeReader(PLAIN_NUMBERS);

describe('time', () => {
  it.each(golden.times.valid)('reads $text', ({ text, seconds }) => {
    expect(parseTime(text)).toBe(seconds);
  });

  it.each(golden.times.invalid)('refuses %j', (text) => {
    expect(parseTime(text)).toBeNull();
  });

  it('agrees with Date on every second that both know, and reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const seconds = Math.floor(date.getTime() / 1000);
          expect(parseTime(date.toISOString())).toBe(seconds);
          expect(parseTime(formatTime(seconds))).toBe(seconds);
        },
      ),
    );
  });

  it('never throws and never gives a fraction, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d.{0,8}$/)),
        (text) => {
          const seconds = parseTime(text);
          expect(seconds === null || Number.isInteger(seconds)).toBe(true);
        },
      ),
    );
  });
});

describe('period', () => {
  it.each(PERIODS)('a %s starts where its index says, and holds its start', (period) => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800, max: 253_370_764_800 }), (seconds) => {
        const index = periodIndex(period, seconds);
        expect(periodStart(period, index)).toBeLessThanOrEqual(seconds);
        expect(periodStart(period, index + 1)).toBeGreaterThan(seconds);
        expect(periodIndex(period, periodStart(period, index))).toBe(index);
      }),
    );
  });

  it('is named after the month, or after its first day', () => {
    const wednesday = parseTime('2018-07-25 10:00') ?? Number.NaN;
    const names = PERIODS.map((period) => periodName(period, periodIndex(period, wednesday)));
    expect(names).toEqual(['2018-07', '2018-07-23', '2018-07-25']);
  });
});

describe('values', () => {
  it.each(golden.whole_numbers.valid)('reads the whole number $text', ({ text, number }) => {
    expect(readWhole(text)).toBe(number);
  });

  it.each(golden.whole_numbers.invalid)('takes %j for no whole number', (text) => {
    expect(Number.isFinite(readWhole(text))).toBe(false);
  });

  it.each(golden.amounts.valid)('reads the amount $text', ({ text, number }) => {
    expect(Object.is(readAmount(text), number)).toBe(true);
  });

  it.each(golden.amounts.invalid)('takes %j for no amount', (text) => {
    expect(Number.isFinite(readAmount(text))).toBe(false);
  });

  it('reads a number in plain digits as Number does', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{1,18}(\.0{0,3})?$/),
        fc.stringMatching(/^\d{0,17}(\.\d{1,3})?$/),
        (whole, any) => {
          expect(readWhole(whole)).toBe(Number(whole));
          expect(readAmount(whole)).toBe(Number(whole));
          expect(readAmount(any)).toBe(any === '' ? MISSING : Number(any));
        },
      ),
    );
  });

  it.each([
    ['Peru', 'PERU'],
    ['straße', 'STRASSE'],
    ['STRAẞE', 'straße'],
    ['ΐ', 'ΐ'.toUpperCase()],
    ['ΟΔΟΣ', 'οδος'],
    ['TÜRKİYE', 'Türkiye'],
    ['TÜRKİYE'.toLowerCase(), 'Türkiye'],
    ['KIBRIS', 'Kıbrıs'],
    ['Côte d’Ivoire', 'CO\u0302TE D’IVOIRE'],
    [' Peru ', 'peru'],
  ])('folds %s and %s into one country', (a, b) => {
    expect(foldCountry(a)).toBe(foldCountry(b));
  });

  it('compares by code point, not by UTF-16 unit', () => {
    expect(compareCodePoints('\u{ff5e}', '\u{1f600}')).toBeLessThan(0);
    expect(compareCodePoints('ab', 'a')).toBeGreaterThan(0);
    expect(compareCodePoints('a', 'a')).toBe(0);
  });
});

describe('bands', () => {
  it.each(Object.keys(config.segments))('%s puts values where the golden table says', (name) => {
    const bands = config.segments[name]?.bands ?? [];
    const locate = compileBands(bands);
    for (const [value, band] of Object.entries(golden.bands[name] ?? {})) {
      expect([value, bands[locate(Number(value))]?.name ?? null]).toEqual([value, band]);
    }
  });

  it('puts every whole number in the one band that holds it, or in none', () => {
    const edges = fc
      .uniqueArray(fc.nat(200), { minLength: 2, maxLength: 12 })
      .map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(edges, fc.boolean(), fc.nat(250), (all, open, value) => {
        const bands = all.flatMap((min, index) => {
          const next = all[index + 1];
          if (index % 2) return [];
          return next === undefined
            ? [{ name: `${min}`, min, ...(open ? {} : { max: min }) }]
            : [{ name: `${min}`, min, max: next }];
        });
        const holding = bands.flatMap((band, position) =>
          value >= band.min && value <= (band.max ?? Infinity) ? [position] : [],
        );
        expect(holding.length).toBeLessThanOrEqual(1);
        expect(compileBands(bands)(value)).toBe(holding[0] ?? NO_BAND);
      }),
    );
  });

  it('puts what is unknown in no band', () => {
    expect(compileBands([{ name: 'all', min: 0 }])(UNKNOWN)).toBe(NO_BAND);
    expect(compileBands([{ name: 'all', min: 0 }])(Number.POSITIVE_INFINITY)).toBe(0);
  });
});

describe('the parts of a moment', () => {
  it.each([
    ['2018-07-22 23:59:59', 7, 23],
    ['2018-07-23', 1, 0],
    ['1970-01-01 12:00', 4, 12],
    ['1969-12-31 23:59:59', 3, 23],
    ['1969-12-28 00:59:59', 7, 0],
    ['1969-12-29', 1, 0],
    ['1900-01-01 06:30', 1, 6],
  ])('%s is on the weekday %i, in the hour %i', (text, weekday, hour) => {
    const facts = { ...emptyAssignment(), asOf: parseTime(text) ?? Number.NaN };
    expect([featureOf('weekday', facts), featureOf('hour', facts)]).toEqual([weekday, hour]);
  });

  it('agree with Date on every moment that both know', () => {
    const moments = fc.date({
      min: new Date('0001-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, (date) => {
        const facts = { ...emptyAssignment(), asOf: Math.floor(date.getTime() / 1000) };
        expect(featureOf('weekday', facts)).toBe(date.getUTCDay() || 7);
        expect(featureOf('hour', facts)).toBe(date.getUTCHours());
      }),
    );
  });
});

describe('cleaning', () => {
  it.each(golden.rows)('$name', ({ row, kept, dropped }) => {
    const into = emptyAssignment();
    expect(cleaner(DEFAULT_READING)(rawRow(row), into)).toBe(dropped ?? null);
    if (!kept) return;
    expect(into).toMatchObject({
      daysSinceLastOrder: kept.days,
      totalOrders: kept.orders,
      amount: kept.amount ?? MISSING_AMOUNT,
      totalOrdersFilled: kept.orders_filled ?? false,
      unreadable: kept.unreadable ?? [],
    });
    expect(Math.max(into.daysSinceFirstOrder, UNKNOWN)).toBe(kept.tenure ?? UNKNOWN);
  });
});
