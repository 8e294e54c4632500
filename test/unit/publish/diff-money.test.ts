import { describe, expect, it } from 'vitest';
import { diffText } from '../../../build/report/diff-text.ts';
import { DEFAULT_GUARDS } from '../../../src/core/config/defaults.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { diffArtifacts, type FullDiff } from '../../../src/core/publish/diff.ts';
import { objectionsTo } from '../../../src/core/publish/guards.ts';
import { moneyMoved, mostChanged } from '../../../src/core/publish/spend.ts';
import { artifactGiving } from '../../support/artifacts.ts';

type Countries = Record<string, { currency?: string }>;

const EURO: Countries = { Latvia: { currency: 'EUR' }, France: { currency: 'EUR' } };

/** Three countries of 40 rows each, of which each row was given so much. */
async function side(amount: number, countries: Countries) {
  const { table, statistics } = await artifactGiving(amount, {
    countries: ['Peru', 'Latvia', 'France'],
    rows: 40,
    config: { countries },
  });
  return { compiled: compileArtifact(table), statistics };
}

async function diffOf(before: Countries, after: Countries, amounts = [10, 10]): Promise<FullDiff> {
  const [was = 0, is = 0] = amounts;
  return diffArtifacts(await side(was, before), await side(is, after));
}

const spendOf = ({ segments }: FullDiff) =>
  segments.find(({ segment }) => segment === 'recency_segment')?.spend;
const guardsOf = (diff: FullDiff) => objectionsTo(diff, DEFAULT_GUARDS).map(({ guard }) => guard);

describe('a comparison adds up by currency', () => {
  it('and shows the sums that change most, where leaving out saves a line', () => {
    const sums = (countries: number) =>
      Array.from({ length: countries }, (_, index) => ({
        ...{ currency: null, country: `Country ${index}`, countries: 1 },
        ...{ before: 100, after: 100 + index },
      }));
    expect(mostChanged(sums(7))).toEqual({ shown: sums(7), more: 0 });
    expect(mostChanged(sums(8))).toEqual({ shown: sums(8).slice(2), more: 2 });
  });

  it('and never a country without one to another', async () => {
    expect(spendOf(await diffOf(EURO, EURO, [10, 12]))).toEqual([
      { currency: 'EUR', country: null, countries: 2, before: 800, after: 960 },
      { currency: null, country: 'Peru', countries: 1, before: 400, after: 480 },
    ]);
  });

  it('on the command line', async () => {
    const text = diffText(await diffOf(EURO, EURO, [10, 12]));
    expect(text).toMatch(/recency_segment +120 +120 +EUR +800 +960 +\+20.0%/);
    expect(text).toMatch(/^ +Peru +400 +480 +\+20.0%/m);
    expect(text).toMatch(/Latvia +recency_segment +30-60 +40 +10.00 EUR +12.00 EUR/);
    expect(text).not.toContain('1,200');
  });

  it('and orders changes by what they move in their own currency: a large number is not much money', () => {
    const line = (country: string, currency: string, rows: number, before: number, after: number) => ({
      ...{ country, segment: 's', rows, before: rows * before, after: rows * after },
      ...{ amount: { before, after }, currency: { before: currency, after: currency } },
    });
    const changes = [
      line('Peru', 'PEN', 40, 1_000_000, 1_000_100),
      line('Latvia', 'EUR', 30, 10, 12),
      line('France', 'EUR', 2, 10, 20),
    ];
    const moved = moneyMoved(changes);
    const order = changes.toSorted((a, b) => moved(b) - moved(a)).map(({ country }) => country);
    expect(order).toEqual(['Latvia', 'France', 'Peru']);
  });
});

describe('a country that gets a currency', () => {
  it('keeps its answers where it had none: the config is what changes', async () => {
    const diff = await diffOf({}, EURO);
    expect(diff.config).toContain('countries.Latvia: none → {"currency":"EUR"}');
    expect([diff.answers.moved, diff.answer_changes, diff.changes]).toEqual([0, [], []]);
    expect(guardsOf(diff)).toEqual([]);
    expect(spendOf(diff)?.[0]).toEqual({
      currency: 'EUR',
      country: null,
      countries: 2,
      before: 800,
      after: 800,
    });
  });

  it('in place of another gets other answers, though the numbers are the same, and the guards object', async () => {
    const diff = await diffOf(EURO, { ...EURO, Latvia: { currency: 'USD' } });
    expect(spendOf(diff)?.slice(0, 2)).toEqual([
      { currency: 'EUR', country: null, countries: 2, before: 800, after: 400 },
      { currency: 'USD', country: null, countries: 1, before: 0, after: 400 },
    ]);
    expect(diff.answer_changes[0]).toMatchObject({
      country: 'Latvia',
      amount: { before: 10, after: 10 },
      currency: { before: 'EUR', after: 'USD' },
    });
    expect(guardsOf(diff)).toEqual(['largest_amount_change', 'largest_spend_change']);
    expect(objectionsTo(diff, DEFAULT_GUARDS)[0]?.message).toContain('10 USD instead of 10 EUR');
    expect(diff.segments[0]?.rows_affected).toBe(40);
  });
});
