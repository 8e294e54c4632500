import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimate } from '../../../src/core/estimate/estimate.ts';
import { type Belief, describeCell, ownBelief, shrinkLevel } from '../../../src/core/estimate/shrink.ts';
import { Tally } from '../../../src/core/estimate/statistics.ts';
import { cubeOf, rawRow, shippedConfig } from '../../support/histories.ts';

const AMOUNTS = [10, 20];

function tallyOf(counts: readonly number[], amounts: readonly number[] = AMOUNTS): Tally {
  const tally = new Tally();
  counts.forEach((rows, index) => {
    if (rows > 0) tally.observe(amounts[index] ?? 0, rows);
  });
  return tally;
}

function shrink(...cells: number[][]): Belief[] {
  const coarser = ownBelief(
    tallyOf([0, 1].map((at) => cells.reduce((sum, cell) => sum + (cell[at] ?? 0), 0))),
    AMOUNTS,
  );
  return shrinkLevel(
    cells.map((cell) => ({ tally: tallyOf(cell), coarser })),
    AMOUNTS,
  );
}

describe('shrinking', () => {
  it('weighs own rows against imagined ones of the coarser level, as computed by hand', () => {
    // Shares of 20: 3/4 and 1/4, coarser 1/2; rows 4 and 4. Within: 2 cells × 4 × (2 × 3/16) = 3, over 8 - 2 rows: 1/2.
    // Heterogeneity: 2 cells × 4 × (2 × 1/16) = 1; between = (1 - 1 × 1/2) / (8 - 4) = 1/8; k = (1/2) / (1/8) = 4.
    const [left, right] = shrink([1, 3], [3, 1]);
    expect(left?.shares).toEqual([0.375, 0.625]);
    expect(right?.shares).toEqual([0.625, 0.375]);
    // Means are 17.5 and 12.5, coarser 15. Within: 2 × (1 × 7.5² + 3 × 2.5²) = 150, over 6: 25.
    // Heterogeneity: 2 × 4 × 2.5² = 50; between = (50 - 25) / 4 = 6.25; k = 25 / 6.25 = 4: halfway.
    expect(left?.mean).toBeCloseTo(16.25, 12);
    expect(right?.mean).toBeCloseTo(13.75, 12);
  });

  it('takes the coarser level’s word where cells differ by no more than chance', () => {
    for (const belief of shrink([2, 2], [3, 3], [0, 1])) expect(belief).toEqual(shrink([5, 6])[0]);
  });

  it('leaves cells alone that are all of one amount each', () => {
    expect(shrink([50, 0], [0, 50]).map(({ mean }) => mean)).toEqual([10, 20]);
  });

  it('moves a cell of few rows more than one of many', () => {
    const [few, many] = shrink([0, 3], [0, 300], [200, 100]);
    expect(few?.mean).toBeLessThan(many?.mean ?? 0);
    expect(many?.mean).toBeGreaterThan(19.5);
  });

  it('stays between the cell and the coarser level, with shares that sum to 1', () => {
    const cell = fc.array(fc.nat(40), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 8 }), (cells) => {
        const amounts = [10, 20, 50];
        const all = tallyOf(
          [0, 1, 2].map((at) => cells.reduce((sum, counts) => sum + (counts[at] ?? 0), 0)),
          amounts,
        );
        if (all.rows === 0) return;
        const coarser = ownBelief(all, amounts);
        const beliefs = shrinkLevel(
          cells.map((counts) => ({ tally: tallyOf(counts, amounts), coarser })),
          amounts,
        );
        beliefs.forEach(({ shares, mean }, index) => {
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
          const own = tallyOf(cells[index] ?? [], amounts).statistic().mean ?? coarser.mean ?? 0;
          const [low = 0, high = 0] = [own, coarser.mean ?? 0].sort((a, b) => a - b);
          expect(mean).toBeGreaterThanOrEqual(low - 1e-9);
          expect(mean).toBeLessThanOrEqual(high + 1e-9);
        });
      }),
    );
  });

  it('has finite results for amounts whose sums and squares are not', () => {
    const amounts = [1e308, 1.7e308];
    const coarser = ownBelief(tallyOf([3, 3], amounts), amounts);
    const cells = [tallyOf([3, 1], amounts), tallyOf([1, 2], amounts)].map((tally) => ({ tally, coarser }));
    shrinkLevel(cells, amounts).forEach((belief, index) => {
      const statistic = describeCell(cells[index]?.tally ?? new Tally(), belief, amounts);
      for (const value of Object.values(statistic)) {
        if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      }
      expect(statistic.standard_error).toBeNull();
    });
  });
});

describe('the spread of a cell', () => {
  it('is its lower quartiles and the standard error of its mean', () => {
    const { q1, q3, standard_error } = tallyOf([3, 5]).statistic();
    expect([q1, q3]).toEqual([10, 20]);
    // Mean 16.25; squares 3 × 6.25² + 5 × 3.75² = 187.5; √(187.5 / 7 / 8).
    expect(standard_error).toBeCloseTo(Math.sqrt(187.5 / 56), 12);
    expect(tallyOf([1, 0]).statistic()).toMatchObject({ q1: 10, q3: 10, standard_error: null });
    expect(new Tally().statistic()).toMatchObject({ q1: null, q3: null, standard_error: null });
  });

  it('has the rows of each amount, whatever the amount is', () => {
    const tally = new Tally();
    const amounts = [0, 0.5, 7, 2200, 99_999.99, 4_294_967_294, 4_294_967_295, 1e15];
    for (const [index, amount] of amounts.entries()) tally.observe(amount, index + 1);
    const rows = Object.fromEntries(amounts.map((amount, index) => [String(amount), index + 1]));
    expect(tally.statistic().amounts).toEqual(rows);
    expect(new Tally().statistic().amounts).toEqual({});
  });
});

describe('a country', () => {
  it('may have a thousand different amounts, and no more', () => {
    const config = shippedConfig();
    const estimated = (different: number) => {
      const rows = Array.from({ length: different }, (_, index) =>
        rawRow(['2018-07-21', 'Peru', '2018-06-20', '', '1', String(index)]),
      );
      return estimate(cubeOf(rows, config), config).get('Peru')?.overall.observed;
    };
    expect(estimated(1000)).toBe(1000);
    expect(() => estimated(1001)).toThrow(/at most 1000 different voucher amounts in a country, got 1001/);
  });

  it('with as many amounts as a formula gives is refused, with what to do', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) =>
      rawRow(['2018-07-21', 'Peru', '2018-06-20', '', '1', String(index / 7)]),
    );
    const config = shippedConfig();
    expect(() => estimate(cubeOf(rows, config), config)).toThrow(
      /^Peru: expected at most 1000 different voucher amounts in a country, got 10000.*`amount.round_to`/,
    );
  });
});
