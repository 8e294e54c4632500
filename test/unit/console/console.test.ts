import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildConsole } from '../../../build/commands/build-console.ts';
import { UPLOAD_NAME } from '../../../src/api/upload-name.ts';
import { certainty } from '../../../src/console/lib/certainty.ts';
import { csvText } from '../../../src/console/lib/csv.ts';
import {
  amount,
  dates,
  duration,
  fixedPercent,
  fractionsByCurrency,
  plural,
  priced,
  sentence,
  signed,
  signedPercent,
} from '../../../src/console/lib/format.ts';
import { runOf } from '../../../src/console/lib/runs.ts';
import { nameFor } from '../../../src/console/lib/upload-name.ts';
import {
  bandLabel,
  csvOf,
  type Grid,
  MEASURES,
  MIDDLE,
  measureNamed,
  type Row,
  STEPS,
  shadeOf,
} from '../../../src/console/views/grid.ts';
import type { Statistic } from '../../../src/core/estimate/schema.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const built = (name: string) => readFileSync(join(folder.path, name));

/** The whole console; the API reference is a page of its own. */
const BUDGET = 120 * 1024;
/** What it takes to show the first view. */
const FIRST = 32 * 1024;

const cell = (voucher_amount: number, count: number) => ({
  voucher_amount,
  count,
  mean: voucher_amount,
  source: 'segment' as const,
  sample_size: count,
});
const GRID: Grid = {
  version: '0123456789abcdef',
  segment: 'recency_segment',
  combined: false,
  parts: [],
  about: '',
  bands: ['0-4', '5-13'],
  rows: [
    { country: 'Peru', currency: 'PEN', cells: [cell(10, 100), cell(40, 20)], overall: null },
    {
      ...{ country: '=HYPERLINK("x")', currency: undefined, overall: null },
      cells: [cell(1000, 5), { voucher_amount: 0, source: 'default', sample_size: 0 }],
    },
    { country: 'Quote "d", really', currency: undefined, cells: [cell(7, 1), null], overall: null },
  ],
  most: 100,
  trend: null,
  data: { first_timestamp: '2026-03-01T00:00:00Z', last_timestamp: '2026-06-30T23:59:13Z' },
};

describe('the built console', () => {
  beforeAll(() => buildConsole(folder.path));

  const parts = () => readdirSync(join(folder.path, 'console')).map((name) => `console/${name}`);
  const sizeOf = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + gzipSync(built(name)).length, 0);

  it('is at most 120 KiB when compressed, with every view', () => {
    const files = ['index.html', 'console.js', 'console.css', 'favicon.svg', ...parts()];
    expect(sizeOf(files)).toBeLessThanOrEqual(BUDGET);
  });

  it('loads for the first view only what that shows, and asks for all of it at once', () => {
    const html = built('index.html').toString();
    const preloaded = Array.from(html.matchAll(/modulepreload" href="\/([^"]+)"/g), ([, name = '']) => name);
    expect(
      sizeOf(['index.html', 'console.js', 'console.css', 'favicon.svg', ...preloaded]),
    ).toBeLessThanOrEqual(FIRST);
    const imported = ['console.js', ...preloaded].flatMap((name) =>
      Array.from(
        built(name)
          .toString()
          .matchAll(/(?:from|import)"\.\/([^"]+)"/g),
        ([, file = '']) => file.replace(/^(?:console\/)?/, 'console/'),
      ),
    );
    expect(new Set(imported)).toEqual(new Set(preloaded));
  });

  it('names no other origin and runs nothing inline', () => {
    const pages = readdirSync(folder.path).filter((name) => /\.(?:html|css|js)$/.test(name));
    for (const name of [...pages, ...parts()]) {
      const text = built(name)
        .toString()
        // The licence of papaparse names its home.
        .replaceAll(/\/\*[\s\S]*?\*\//g, '')
        .replaceAll(/http:\/\/www\.w3\.org\//g, '')
        // What hono/jsx has for dangerouslySetInnerHTML, which the policy of trusted types forbids and nothing uses.
        .replaceAll(/\.innerHTML=(?:[\w$]+\.__html|"")/g, '')
        .replaceAll('dangerouslySetInnerHTML', '')
        .replaceAll('http://localhost:8787', '');
      expect({
        name,
        found: text.match(/https?:\/\/|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/g),
      }).toEqual({ name, found: null });
    }
    expect(built('index.html').toString()).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*src=)/);
  });

  it('has its policy in the headers of Workers', () => {
    expect(built('_headers').toString()).toMatch(
      /^\/\*\n {2}content-security-policy: default-src 'none'; script-src 'self'/,
    );
  });
});

describe('figures for people', () => {
  it.each([
    [amount(21.2), '21.20'],
    [amount(3520), '3,520'],
    [amount(12.345), '12.345'],
    [amount(0.026), '0.026'],
    [amount(0.02571), '0.0257'],
    [amount(4994.8967), '4,994.90'],
    [amount(1_124_452_409_004, true), '1,124,452,409,004'],
    [amount(null), '–'],
    [fixedPercent(0.0812), '8.1%'],
    [fixedPercent(0.0001), '<0.1%'],
    [fixedPercent(0), '0.0%'],
    [fixedPercent(0.08), '8.0%'],
    [priced(3389.63, 'PEN').replaceAll(/\s/g, ' '), '3,389.63 PEN'],
    [priced(3520, undefined, true), '3,520.00'],
    [signed(-43_832.58), '−43,832.58'],
    [signed(12), '+12'],
    [signedPercent(-0.015), '−1.5%'],
    [signedPercent(0.006), '+0.6%'],
    [signedPercent(-0.00094), '−0.1%'],
    [signedPercent(-0.0001), '<0.1%'],
    [signedPercent(0), '0.0%'],
    [duration(1), '1 second'],
    [duration(7300), '2 hours'],
    [plural(6200, 'row'), '6,200 rows'],
    [dates('2026-03-01T00:00:00Z', '2026-06-30T23:59:13Z').replaceAll(/\s/g, ' '), '1 Mar – 30 Jun 2026'],
  ])('writes %s', (written, expected) => {
    expect(written).toBe(expected);
  });
});

it('amounts of one currency, or of none, have two digits together, whatever is in the millions beside them', () => {
  const fractions = fractionsByCurrency([
    [30.5, null],
    [1_500_000, undefined],
    [2_000_000.25, 'IDR'],
    [1500, 'JPY'],
    [2.25, 'KWD'],
  ]);
  expect([undefined, null, 'IDR', 'JPY', 'KWD', 'EUR'].map(fractions)).toEqual([
    ...[true, true, false, false, true, false],
  ]);
});

it.each([
  ['30-60', [], '30-60'],
  ['30-60 × *', [], '30-60 × any'],
  ['30-60 × *', ['recency_segment', 'volume_segment'], 'recency 30-60'],
  ['* × *', ['recency_segment', 'volume_segment'], 'any'],
])('the band %s of %j is called %s', (band, segments, label) => {
  expect(bandLabel(band, segments)).toBe(label);
});

describe('a reason of the service', () => {
  it.each([
    ['expected at most 12 uploads, found 13: join some', 'Expected at most 12 uploads, found 13: join some'],
    ['the workflow is errored and has not said why', 'The workflow is errored and has not said why'],
    ['what is live was published by hand', 'What is live was published by hand'],
    ['line 7: expected a row', 'Line 7: expected a row'],
    ['x was set aside: expected CSV', 'x was set aside: expected CSV'],
    ['customer_id is not there', 'customer_id is not there'],
    ['peru: expected at most 9 different amounts', 'peru: expected at most 9 different amounts'],
    ['expected: a name', 'expected: a name'],
    ['', ''],
  ])('%j begins as a sentence, unless with a name', (reason, expected) => {
    expect(sentence(reason)).toBe(expected);
  });
});

describe('the name under which a file is taken in', () => {
  const long = 'x'.repeat(140);
  const FILES = [
    '中国.csv',
    '日本.csv',
    'csv',
    'a b.csv',
    'a-b.csv',
    'a  b.csv',
    'Export (1).csv.gz',
    'Export (2).csv.gz',
    '.csv',
    '-.csv',
    '..',
    '',
    '💶',
    'a.中国',
    'ab '.repeat(70),
    `${'a-'.repeat(100)}.csv`,
    `${'- '.repeat(100)}.csv`,
    `${long}1.csv`,
    `${long}2.csv`,
    `1${long}.csv`,
  ];

  it('is one that the service takes, and another one for each file', () => {
    const names = FILES.map(nameFor);
    expect(names.filter((name) => !UPLOAD_NAME.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(FILES.length);
  });

  it('is as good for any name, and the same each time', () => {
    const unit = fc.constantFrom('a', 'B', '7', '.', '-', '_', ' ', '(', 'é', '中', '💶', '\ud800', '/');
    const names = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit, maxLength: 300 }),
    );
    fc.assert(
      fc.property(names, (file) => {
        const name = nameFor(file);
        expect(UPLOAD_NAME.test(name)).toBe(true);
        expect(nameFor(file)).toBe(name);
        if (UPLOAD_NAME.test(file)) expect(name).toBe(file);
        else expect(name).not.toBe(nameFor(`${file} `));
      }),
    );
  });

  it.each([
    ['orders-2026_07.csv', /^orders-2026_07\.csv$/],
    ['中国.csv', /^upload-\w{7}\.csv$/],
    ['Export (1).csv', /^Export-1-16c0x2r\.csv$/],
    ['my orders.csv.gz', /^my-orders-\w{7}\.csv\.gz$/],
    ['.hidden.csv', /^hidden-\w{7}\.csv$/],
    ['_orders.csv', /^orders-\w{7}\.csv$/],
    [`${'long '.repeat(40)}.csv`, /^long-long-.*-\w{7}\.csv$/],
    ['no ending', /^no-ending-\w{7}$/],
  ])('keeps what it can of %s', (file, expected) => {
    expect(nameFor(file)).toMatch(expected);
  });

  it('is the same whether an accent is a character of its own or not', () => {
    expect(nameFor('Perú.csv'.normalize('NFD'))).toBe(nameFor('Perú.csv'.normalize('NFC')));
  });
});

describe('the run of a file that was sent', () => {
  const run = (id: string, ...because: string[]) => ({ id, because });
  const before = [run('run-2', 'cron'), run('run-1', 'PutObject a.csv')];

  it('is not reported again when it was there before', () => {
    expect(runOf('PutObject a.csv', before, before)).toBeUndefined();
    expect(runOf('PutObject a.csv', [run('run-3', 'PutObject a.csv'), ...before], before)?.id).toBe('run-3');
  });

  it.each(['PutObject data.csv', 'PutObject a.csv.gz', 'PutObject A.csv', 'DeleteObject a.csv', 'cron'])(
    'is not reported when it began because of %s',
    (why) => {
      expect(runOf('PutObject a.csv', [run('run-3', why)], [])).toBeUndefined();
      expect(runOf('PutObject a.csv', [run('run-3', why, 'PutObject a.csv')], [])?.id).toBe('run-3');
    },
  );

  it('is the first where its message came twice', () => {
    const twice = [run('run-4', 'PutObject a.csv'), run('run-3', 'PutObject a.csv'), ...before];
    expect(runOf('PutObject a.csv', twice, before)?.id).toBe('run-3');
  });
});

describe('the shade of a cell on the map of a segment', () => {
  const overall = (mean: number): Statistic => ({ ...statistic(mean, 1000, 1), amounts: {} });
  const statistic = (mean: number, count: number, standard_error: number) => ({
    ...{ voucher_amount: mean, source: 'segment' as const, sample_size: count, count, observed: count },
    ...{ mean, median: mean, mode: mean, q1: mean, q3: mean, standard_error, amounts: {} },
    ...{ shrunk_mean: mean, shrunk_median: mean, shrunk_mode: mean },
  });
  const rowOf = (mean: number, ...cells: ReturnType<typeof statistic>[]): Row => {
    return { country: 'Peru', currency: 'PEN', cells, overall: overall(mean) };
  };
  const [peru, formula] = GRID.rows as [Row, Row];

  it.each([
    ['2.7% apart', 5063, 4994.9, 5131.76, MIDDLE, MIDDLE],
    ['0.13 against 0.14', 0.135, 0.13, 0.14, MIDDLE, MIDDLE],
    ['10% to each side', 100, 90, 110, MIDDLE - 1, MIDDLE + 1],
    ['30% and more', 100, 60, 130, 0, STEPS - 1],
  ])(
    'is anchored at the mean of the country, with the same span everywhere: %s',
    (_, mean, low, high, left, right) => {
      const row = rowOf(mean, statistic(low, 1000, 0.001), statistic(high, 1000, 0.001));
      for (const name of ['served', 'mean', 'median', 'mode']) {
        expect(shadeOf(GRID, measureNamed(name), row, 0)?.step).toBe(left);
        expect(shadeOf(GRID, measureNamed(name), row, 1)?.step).toBe(right);
      }
    },
  );

  it('is pale where the mean of the country lies in the interval of the cell', () => {
    const row = rowOf(100, statistic(110, 400, 6), statistic(110, 400, 5), statistic(110, 1, 0));
    const pale = [0, 1, 2].map((column) => shadeOf(GRID, measureNamed('mean'), row, column)?.chance);
    expect(pale).toEqual([true, false, true]);
  });

  it('compares rows over the whole map, from 0 to the most', () => {
    const rows = measureNamed('rows');
    expect(shadeOf(GRID, rows, peru, 0)).toEqual({ step: STEPS - 1, chance: false });
    expect(shadeOf(GRID, rows, formula, 0)?.step).toBe(0);
  });

  it('is left out for a cell without history', () => {
    for (const one of MEASURES) expect(shadeOf(GRID, one, formula, 1)).toBeNull();
  });
});

describe('how sure a mean is, in words', () => {
  it.each([
    [
      { count: 15_430, observed: 15_430, mean: 3389.63, standard_error: 15.1 },
      'between 3,360 and 3,419, from 15,430 rows',
    ],
    [{ count: 40, observed: 40, mean: 2, standard_error: 0.5 }, 'between 1.02 and 2.98, from 40 rows'],
    [{ count: 2, observed: 2, mean: 10, standard_error: 1 }, 'between 0 and 23, from 2 rows'],
    [{ count: 30, observed: 30, mean: 5, standard_error: 0 }, '5.00, from 30 rows'],
    [{ count: 1, observed: 1, mean: 10, standard_error: null }, 'not known, from 1 row'],
    [{}, 'not known, from 0 rows'],
  ])('%j', (cell, expected) => {
    expect(certainty(cell)).toBe(expected);
  });
});

describe('the exported table', () => {
  it('is RFC 4180 with a byte order mark, an interval, and nothing that a spreadsheet would run or read as a date', () => {
    const text = csvOf([GRID]);
    expect(text.charAt(0)).toBe('\uFEFF');
    const lines = text.slice(1).split('\r\n');
    expect(lines).toHaveLength(1 + 5 + 1);
    expect(lines[0]).toMatch(/,mean,mean_from_95,mean_to_95,/);
    expect(lines[1]).toBe("Peru,recency_segment,'0-4,10,PEN,segment,100,0,10,,,,,,,,0123456789abcdef");
    expect(lines[2]).toMatch(/^Peru,recency_segment,'5-13,/);
    expect(lines[3]).toMatch(/^"'=HYPERLINK\(""x""\)",/);
    expect(lines[5]).toMatch(/^"Quote ""d"", really",/);
  });

  it.each([
    '=1',
    '+1',
    '-1',
    '@a',
    '5-13',
    '1/2',
    '1.2.2026',
    '2026-05',
    '7:30',
    '1e5',
    '007',
    '1234567890123456',
  ])('marks %s as text', (text) => {
    expect(csvText([[text]])).toBe(`\uFEFF'${text}\r\n`);
  });

  it.each(['Peru', '181+', '0', '30', 'Côte d’Ivoire', '5-13 × 0-4', 'a-b', ''])(
    'leaves %s as it is',
    (text) => {
      expect(csvText([[text]])).toBe(`\uFEFF${text}\r\n`);
    },
  );

  it('writes numbers as they are', () => {
    expect(csvText([[-1.5, 0, null, undefined, 1234567.89]])).toBe('\uFEFF-1.5,0,,,1234567.89\r\n');
  });
});
