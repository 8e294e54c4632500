import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../../build/commands/generate.ts';
import { readConfig } from '../../../build/files/config-file.ts';
import { deployedConfigText } from '../../../build/files/deployed-config.ts';
import { parseConfig } from '../../../src/core/config/config.ts';
import { decidingConfig } from '../../../src/core/config/deciding-config.ts';
import { gapsBetween } from '../../../src/core/segments/segments.ts';
import { deployedConfig } from '../../../src/platform/deployed-config.ts';
import { shippedConfig } from '../../support/histories.ts';
import { temporaryFolder } from '../support/files.ts';

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** A config with one segment, `s`, of total_orders. */
const withBands = (bands: unknown, more: object = {}) => ({
  segments: { s: { of: 'total_orders', bands, ...more } },
});
const ALL = [{ name: 'all', min: 0 }];

describe('config', () => {
  it('has a default for everything but the segments', () => {
    const parsed = parseConfig(withBands(ALL));
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        inputs: [],
        period: 'month',
        imputation: 'mean',
        amount: { statistic: 'mean', round_to: 0.01 },
        fallback: [],
        default_amount: 0,
        countries: {},
        columns: { timestamp: 'timestamp', voucher_amount: 'voucher_amount' },
      },
    });
  });

  it('as shipped spells out every key, and has the bands of the design', () => {
    const shipped = JSON.parse(file('config/voucher.json'));
    const { $schema: _, ...keys } = shipped;
    const parsed = shippedConfig();
    expect(Object.keys(keys).sort()).toEqual(
      Object.keys(parsed)
        .filter((key) => key !== '$schema')
        .sort(),
    );
    expect(parsed.segments.recency_segment?.bands.map(({ name }) => name)).toEqual([
      '30-60',
      '61-90',
      '91-120',
      '121-180',
      '181+',
    ]);
    expect(decidingConfig(parsed)).not.toHaveProperty('inputs');
  });

  it('has its JSON Schema for editors as the zod schema gives it', () => {
    expect(file('config/voucher.schema.json')).toBe(configJsonSchema());
  });

  it('is what the service is deployed with, checked and with its defaults', async () => {
    expect(JSON.parse(file('artifacts/config.json'))).toEqual(deployedConfig);
    expect(file('artifacts/config.json')).toBe(await deployedConfigText());
  });

  it.each([
    [
      'overlapping bands',
      withBands([
        { name: 'a', min: 0, max: 5 },
        { name: 'b', min: 5 },
      ]),
      'segments.s.bands.1',
      /not overlap, got b \(from 5\) and a \(to 5, entry 0\)/,
    ],
    [
      'a band after an open one',
      withBands([
        { name: 'a', min: 0 },
        { name: 'b', min: 9 },
      ]),
      'segments.s.bands.1',
      /not overlap.*without max/,
    ],
    [
      'the same number in two open bands',
      withBands([
        { name: 'a', min: 3 },
        { name: 'b', min: 3 },
      ]),
      'segments.s.bands.1',
      /not overlap/,
    ],
    [
      'min above max',
      withBands([{ name: 'a', min: 9, max: 3 }]),
      'segments.s.bands.0',
      /min at most max, got 9 and 3/,
    ],
    [
      'two bands of one name',
      withBands([
        { name: 'a', min: 0, max: 1 },
        { name: 'a', min: 2 },
      ]),
      'segments.s.bands.1.name',
      /a name of its own, got "a" again/,
    ],
    [
      'a fraction as an edge',
      withBands([{ name: 'a', min: 0.5 }]),
      'segments.s.bands.0.min',
      /a whole number, got 0.5/,
    ],
    [
      'an edge out of reach',
      withBands([{ name: 'a', min: 0, max: 1e9 }]),
      'segments.s.bands.0.max',
      /at most 100000, got 1000000000/,
    ],
    ['no bands', withBands([]), 'segments.s.bands', /at least 1 entry/],
    [
      'a band called __proto__',
      withBands([{ name: '__proto__', min: 0 }]),
      'segments.s.bands.0.name',
      /a name of 1 to 64 characters/,
    ],
    [
      'an unknown feature',
      { segments: { s: { of: 'shoe_size', bands: ALL } } },
      'segments.s.of',
      /one of "total_orders".*got "shoe_size"/,
    ],
    [
      'an alias twice',
      withBands(ALL, { aliases: ['x', 'x'] }),
      'segments.s.aliases.1',
      /got "x", which segments.s.aliases.0 has/,
    ],
    [
      'an alias that is a segment',
      withBands(ALL, { aliases: ['s'] }),
      'segments.s.aliases.0',
      /got "s", which segments.s has/,
    ],
    ['no segments', { segments: {} }, 'segments', /at least one segment/],
    ['a missing key', {}, 'segments', /an object, got nothing/],
    ['an unknown key', { ...withBands(ALL), statistc: 'mean' }, 'statistc', /no key of this name/],
    [
      'an unknown key deep inside',
      { ...withBands(ALL), amount: { rounded_to: 1 } },
      'amount.rounded_to',
      /no key of this name/,
    ],
    [
      'an unknown statistic',
      { ...withBands(ALL), amount: { statistic: 'average' } },
      'amount.statistic',
      /one of "mean".*got "average"/,
    ],
    [
      'rounding to nothing',
      { ...withBands(ALL), amount: { round_to: 0 } },
      'amount.round_to',
      /at least 0.000001, got 0/,
    ],
    ['a negative default', { ...withBands(ALL), default_amount: -1 }, 'default_amount', /at least 0, got -1/],
    [
      'a default that is text',
      { ...withBands(ALL), default_amount: '10' },
      'default_amount',
      /a number, got "10"/,
    ],
    [
      'an unknown fallback',
      { ...withBands(ALL), fallback: ['region'] },
      'fallback.0',
      /"country", got "region"/,
    ],
    [
      'a country in two spellings',
      { ...withBands(ALL), countries: { Peru: { default_amount: 1 }, PERU: { default_amount: 2 } } },
      'countries.PERU',
      /got "Peru" and "PERU"/,
    ],
    ['an unknown imputation', { ...withBands(ALL), imputation: 'guess' }, 'imputation', /got "guess"/],
    ['no object at all', [], '', /an object, got \[\]/],
  ])('refuses %s, with the path and what came', (_, input, path, message) => {
    const parsed = parseConfig(input);
    const issues = parsed.ok ? [] : parsed.issues;
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(issues.find((issue) => issue.path === path)?.message).toMatch(message);
  });

  it.each([
    ['text for a list', { ...withBands(ALL), fallback: 'country' }, 'expected an array, got "country"'],
    [
      'two bands, the first backwards',
      withBands([
        { name: 'a', min: 9, max: 3 },
        { name: 'b', min: 0 },
      ]),
      'expected min at most max, got 9 and 3',
    ],
    [
      'no name of a segment',
      { ...withBands(ALL), combined: { c: { combine: ['S'] } } },
      'expected a name of a-z, 0-9 and _ that begins with a letter, at most 64 long, got "S"',
    ],
    [
      'a name of a band that is too long',
      withBands([{ name: 'x'.repeat(65), min: 0 }]),
      expect.stringMatching(
        /^expected a name of 1 to 64 characters, without control characters and white space at its ends, other than __proto__, got "x+…"?$/,
      ),
    ],
  ])('says once what is wrong with %s', (_, input, message) => {
    expect(parseConfig(input)).toMatchObject({ ok: false, issues: [{ message }] });
  });

  it('refuses more combinations of bands than a cube can address', () => {
    const bands = Array.from({ length: 999 }, (_, min) => ({ name: `${min}`, min, max: min }));
    const segment = { of: 'total_orders', bands };
    const parsed = parseConfig({ segments: { a: segment, b: segment, c: segment } });
    expect(parsed).toMatchObject({
      ok: false,
      issues: [{ path: 'segments', message: expect.stringMatching(/at most 1000000 combinations/) }],
    });
  });

  it('allows gaps between bands, and lists them', () => {
    const { recency_segment, frequency_segment } = shippedConfig().segments;
    expect(gapsBetween('days_since_last_order', recency_segment?.bands ?? [])).toEqual([[0, 29]]);
    expect(gapsBetween('total_orders', frequency_segment?.bands ?? [])).toEqual([]);
    expect(
      gapsBetween('total_orders', [
        { name: 'b', min: 7, max: 9 },
        { name: 'a', min: 2, max: 5 },
      ]),
    ).toEqual([
      [0, 1],
      [6, 6],
      [10, null],
    ]);
  });

  it('lists as gaps only values that a feature can have: there is no weekday 0 and no hour 24', () => {
    expect(gapsBetween('weekday', [{ name: 'work', min: 1, max: 5 }])).toEqual([[6, 7]]);
    expect(gapsBetween('weekday', [{ name: 'all', min: 1, max: 7 }])).toEqual([]);
    expect(gapsBetween('hour', [{ name: 'day', min: 8, max: 19 }])).toEqual([
      [0, 7],
      [20, 23],
    ]);
    expect(gapsBetween('hour', [{ name: 'late', min: 18 }])).toEqual([[0, 17]]);
  });
});

describe('a config that a history is to be read with', () => {
  const folder = temporaryFolder();
  const ofTime = (of: string, ...edges: [min: number, max?: number][]) => ({
    segments: { s: { of, bands: edges.map(([min, max]) => ({ name: `from ${min}`, min, max })) } },
  });
  const read = (config: object) => readConfig(folder.write('voucher.json', JSON.stringify(config)));

  it.each([
    [
      'an hour that no day has',
      ofTime('hour', [0, 11], [12, 24]),
      'segments.s.bands.1.max: expected at most 23, since hours are 0 to 23, got 24',
    ],
    [
      'a band of such hours alone',
      ofTime('hour', [0, 23], [24]),
      'segments.s.bands.1.min: expected at most 23, since hours are 0 to 23, got 24',
    ],
    [
      'a week that begins with 0',
      ofTime('weekday', [0, 4], [5, 6]),
      'segments.s.bands.0.min: expected at least 1, since weekdays are 1 (Monday) to 7, got 0',
    ],
    [
      'a week of eight days',
      ofTime('weekday', [1, 8]),
      'segments.s.bands.0.max: expected at most 7, since weekdays are 1 (Monday) to 7, got 8',
    ],
    [
      'a column for two fields',
      { ...withBands(ALL), columns: { last_order_ts: 'timestamp' } },
      'columns.last_order_ts: expected a column of its own, got "timestamp", which columns.timestamp has',
    ],
  ])('is refused for %s', async (_, config, message) => {
    await expect(read(config)).rejects.toThrow(`${folder.path}/voucher.json: ${message}`);
  });

  it('may have the last hour and the last day, and columns that have changed names', async () => {
    const columns = { timestamp: 'last_order_ts', last_order_ts: 'timestamp' };
    await expect(read({ ...ofTime('hour', [0, 22], [23]), columns })).resolves.toMatchObject({ columns });
    await expect(read(ofTime('weekday', [1, 5], [6, 7]))).resolves.toBeDefined();
  });
});
