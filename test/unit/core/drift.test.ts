import { describe, expect, it } from 'vitest';
import { compare, driftBetween } from '../../../src/core/estimate/drift.ts';
import { estimate } from '../../../src/core/estimate/estimate.ts';
import { cubeOf, rawRow, shippedConfig } from '../../support/histories.ts';

describe('the population stability index', () => {
  it('is what the formula gives, with half a row in every bin', () => {
    const { psi } = compare({ 10: 600, 20: 400 }, { 10: 500, 20: 500 });
    const [a, b] = [600.5 / 1001, 400.5 / 1001];
    expect(psi).toBeCloseTo((0.5 - a) * Math.log(0.5 / a) + (0.5 - b) * Math.log(0.5 / b), 12);
  });

  it.each([
    ['stable', { 10: 600, 20: 400 }, { 10: 580, 20: 420 }],
    ['moved', { 10: 600, 20: 400 }, { 10: 430, 20: 570 }],
    ['changed', { 10: 600, 20: 400 }, { 10: 300, 20: 700 }],
    ['changed', { 10: 600 }, { 20: 600 }],
    ['thin', { 10: 6, 20: 4 }, { 10: 600, 20: 400 }],
    ['thin', {}, { 10: 600 }],
    ['thin', {}, {}],
    ['stable', { 10: 600 }, { 10: 3 }],
  ] as const)('is %s from %j to %j', (verdict, before, after) => {
    expect(compare(before, after).verdict).toBe(verdict);
  });

  it('of what has not changed passes its chance about once in twenty', () => {
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 4_294_967_296;
    };
    const draw = (rows: number) => {
      const amounts = { 10: 0, 20: 0, 30: 0 };
      for (let row = 0; row < rows; row++) amounts[random() < 0.5 ? 10 : random() < 0.5 ? 20 : 30]++;
      return amounts;
    };
    const passed = Array.from({ length: 1000 }, () => compare(draw(300), draw(500))).filter(
      ({ psi, chance }) => psi > (chance ?? 0),
    );
    expect(passed.length).toBeGreaterThan(25);
    expect(passed.length).toBeLessThan(80);
  });
});

describe('drift', () => {
  const config = shippedConfig();
  const rows = (country: string, amount: string, times: number) =>
    Array.from({ length: times }, () => rawRow(['2018-07-21', country, '2018-06-20', '', '1', amount]));
  const of = (...parts: ReturnType<typeof rows>[]) => estimate(cubeOf(parts.flat(), config), config);

  it('finds countries in any spelling, and cells that came or went', () => {
    const found = driftBetween(
      of(rows('Peru', '10', 90), rows('Peru', '20', 90), rows('Chile', '5', 9)),
      of(rows('PERU', '10', 20), rows('PERU', '20', 160)),
      ['recency_segment'],
    );
    expect(found.map(({ country, segment, band, verdict }) => [country, segment, band, verdict])).toEqual([
      ['Chile', null, null, 'thin'],
      ['Chile', 'recency_segment', '30-60', 'thin'],
      ['PERU', null, null, 'changed'],
      ['PERU', 'recency_segment', '30-60', 'changed'],
    ]);
    expect(found[0]).toMatchObject({ rows_before: 9, rows_after: 0, chance: null });
  });
});
