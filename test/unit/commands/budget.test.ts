import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scoreCommand } from '../../../build/commands/score.ts';
import { moneyArtifact } from '../../support/money-suite.ts';
import { runCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const { path: folder, write } = temporaryFolder();
const { texts } = await moneyArtifact();
const artifact = write('money.json', texts.table);
const output = join(folder, 'vouchers.csv');

/** Peru pays 100 PEN each, Latvia 123.5 EUR, China 123.4, and Chile, which is not known, 0. */
const input = write(
  'customers.csv',
  [
    'country_code,last_order_ts',
    ...['Peru', 'peru', 'LATVIA', 'China', 'Chile'].map((country) => `${country},2018-06-20`),
    '',
  ].join('\n'),
);
const inPeru = write('peru.csv', 'country_code,last_order_ts\nPeru,2018-06-20\nPeru,2018-06-20\n');

function score(from: string, ...args: string[]) {
  const to = args.includes('--output') ? [] : ['--output', output];
  const fixed = ['--input', from, '--artifact', artifact, '--as-of', '2018-07-21'];
  return runCommand(scoreCommand, [...fixed, ...to, ...args]);
}

const budgets = (...all: string[]) => all.flatMap((budget) => ['--max-spend', budget]);

describe('a scored file', () => {
  it('has the currency of each amount, where the country has one', async () => {
    expect((await score(input)).code).toBe(0);
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
    const added = lines.map((line) => line.split(',').slice(2, 4).join(' '));
    expect(added).toEqual(['voucher_amount currency', '100 PEN', '100 PEN', '123.5 EUR', '123.4 ', '0 ']);
  });

  it('has it as null in NDJSON, where the country has none', async () => {
    const ndjson = join(folder, 'vouchers.ndjson');
    expect((await score(input, '--output', ndjson)).code).toBe(0);
    const lines = readFileSync(ndjson, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).currency)).toEqual(['PEN', 'PEN', 'EUR', null, null]);
  });

  it('is added up by currency: the sums are those of the answers, and nothing is added over all', async () => {
    const { out, err } = await score(input, '--json');
    const { spend, lines } = JSON.parse(out);
    expect(spend).toEqual([
      { currency: 'EUR', country: null, countries: 1, customers: 1, spend: 123.5 },
      { currency: 'PEN', country: null, countries: 1, customers: 2, spend: 200 },
      { currency: null, country: 'Chile', countries: 1, customers: 1, spend: 0 },
      { currency: null, country: 'China', countries: 1, customers: 1, spend: 123.4 },
    ]);
    expect(lines[0]).toEqual({
      ...{ country: 'Peru', currency: 'PEN', source: 'segment', customers: 2, spend: 200 },
    });
    expect(err).toMatch(/Peru +segment +2 +200\.00 PEN +100\.00 PEN\n/);
    expect(err).toMatch(/China +segment +1 +123\.40 +123\.40\n/);
    expect(err).toMatch(/ All +5 +- +-\n/);
  });

  it('has a line for a currency whose amounts are in several lines', async () => {
    const two = write(
      'two.csv',
      'country_code,last_order_ts\nPeru,2018-06-20\nPeru,2018-07-20\nLatvia,2018-06-20\n',
    );
    const { out } = await score(two);
    expect(out).toMatch(/Peru +segment +1 +100\.00 PEN .*\n +Peru +default +1 +0\.00 PEN/);
    expect(out).toMatch(/All in PEN +2 +100\.00 PEN +50\.00 PEN\n/);
    expect(out).not.toContain('All in EUR');
  });

  it('of one currency has a total', async () => {
    expect((await score(inPeru)).out).toMatch(/ All +2 +200\.00 PEN +100\.00 PEN\n/);
  });
});

describe('a budget is held', () => {
  it.each<[string, string[], string]>([
    [inPeru, ['200'], 'Budget: 200.00 of 200.00 PEN\n'],
    [
      input,
      ['PERU=200', 'EUR=123.5'],
      'Budget: Peru 200.00 of 200.00 PEN, 123.50 of 123.50 EUR; no budget for Chile, China\n',
    ],
    [
      input,
      ['PEN=1e3', 'China=200'],
      'Budget: 200.00 of 1,000.00 PEN, China 123.40 of 200.00; no budget for EUR, Chile\n',
    ],
  ])('%s %j', async (from, all, words) => {
    const { code, out } = await score(from, ...budgets(...all));
    expect(out).toContain(words);
    expect(code).toBe(0);
  });

  it('in JSON with what is given of it', async () => {
    const { out } = await score(input, ...budgets('Peru=300', 'EUR=200'), '--json');
    expect(JSON.parse(out).budgets).toEqual([
      { currency: null, country: 'Peru', most: 300, spend: 200 },
      { currency: 'EUR', country: null, most: 200, spend: 123.5 },
    ]);
  });
});

describe('nothing is written', () => {
  it.each<[string, string[], number, RegExp]>([
    [
      'past the budget of a country',
      ['Peru=199.99'],
      1,
      /at most 199\.99 PEN \(--max-spend Peru\), got 200\.00 PEN, so/,
    ],
    [
      'past the budget of a currency',
      ['EUR=5', 'PEN=200'],
      1,
      /at most 5\.00 EUR \(--max-spend EUR\), got 123\.50 EUR, so/,
    ],
    [
      'past two budgets, which are both told',
      ['EUR=5', 'Peru=6'],
      1,
      /EUR\), got .*; expected .*Peru\), got .* raise the budget/,
    ],
    [
      'for one budget over several currencies',
      ['1e9'],
      1,
      /more than one currency \(EUR, PEN, Chile, China\).*--max-spend EUR=1/,
    ],
    [
      'for a country and its currency',
      ['Peru=5', 'PEN=5'],
      1,
      /Peru and its currency PEN both have a budget/,
    ],
    [
      'for a name of nothing',
      ['Atlantis=5'],
      1,
      /--max-spend Atlantis: there is no such country or currency: countries are China, Latvia, Peru; currencies are /,
    ],
    ['for a currency that the config does not name', ['USD=5'], 1, /--max-spend USD: there is no such/],
    ['for a currency in small letters', ['eur=5'], 1, /--max-spend eur: there is no such/],
    ['for two budgets of one country', ['Peru=5', 'peru =6'], 2, /one budget for peru, got two/],
    [
      'for a budget without a name beside another',
      ['5', 'Peru=6'],
      2,
      /a country or a currency in each of 2 budgets/,
    ],
    ['for a negative budget', ['Peru=-5'], 2, /such as 50000, Peru=50000 or EUR=50000, got "Peru=-5"/],
    ['for a budget without an amount', ['Peru='], 2, /got "Peru="/],
    ['for a budget with an empty name', ['=5'], 2, /got "=5"/],
    ['for a budget with a sign', ['Peru=€5'], 2, /got "Peru=€5"/],
    ['for a budget without an end', ['Peru=Infinity'], 2, /got "Peru=Infinity"/],
  ])('%s', async (_, all, status, message) => {
    const before = readdirSync(folder);
    const to = join(folder, 'nothing.csv');
    const { code, err } = await score(input, ...budgets(...all), '--output', to);
    expect(err).toMatch(message);
    expect(code).toBe(status);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('for a country that no customer has', async () => {
    const { code, err } = await score(inPeru, ...budgets('Latvia=5'), '--output', join(folder, 'none.csv'));
    expect(err).toContain('--max-spend Latvia: no customer that was decided for is of it');
    expect(code).toBe(1);
  });
});
