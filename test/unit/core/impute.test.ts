import { describe, expect, it } from 'vitest';
import { distanceBetween, type Group, imputerFor } from '../../../src/core/estimate/impute.ts';
import { compileSegments } from '../../../src/core/segments/segments.ts';
import { MISSING_AMOUNT } from '../../../src/core/values.ts';

/** Two segments of three bands each. */
const BANDS = [0, 10, 20].map((min) => ({ name: String(min), min, max: min + 9 }));
const SEGMENTS = compileSegments({
  a: { of: 'total_orders', aliases: [], bands: BANDS },
  b: { of: 'days_since_last_order', aliases: [], bands: BANDS },
});

const group = (bands: number[], amounts: Record<number, number>): Group => ({
  bands,
  amounts: new Map(Object.entries(amounts).map(([amount, rows]) => [Number(amount), rows])),
});
const missing = (bands: number[]) => group(bands, { [MISSING_AMOUNT]: 1 });

const GROUPS = [group([0, 0], { 10: 30 }), group([0, 1], { 20: 30 }), group([2, 2], { 100: 500 })];

describe('an imputer', () => {
  it('by the mean gives every group the mean of the country', () => {
    const imputer = imputerFor('mean', GROUPS, SEGMENTS);
    const mean = (300 + 600 + 50_000) / 560;
    expect(imputer(missing([0, 0]))).toBe(mean);
    expect(imputer(missing([2, 2]))).toBe(mean);
  });

  it('by knn asks the nearest groups until it has 50 rows', () => {
    const imputer = imputerFor('knn', GROUPS, SEGMENTS);
    expect(imputer(missing([0, 0]))).toBe(15);
    expect(imputer(missing([2, 2]))).toBe(100);
    expect(imputer(missing([2, 1]))).toBe(100);
  });

  it('by knn asks all groups that are as near as the last', () => {
    const around = [group([0, 1], { 10: 60 }), group([2, 1], { 40: 30 }), group([2, 2], { 1000: 9 })];
    expect(imputerFor('knn', around, SEGMENTS)(missing([1, 1]))).toBe(20);
  });

  it('by exclude, and where nothing is known, gives nothing', () => {
    expect(imputerFor('exclude', GROUPS, SEGMENTS)(missing([0, 0]))).toBeNull();
    for (const imputation of ['mean', 'knn'] as const) {
      expect(imputerFor(imputation, [missing([0, 0])], SEGMENTS)(missing([0, 0]))).toBeNull();
    }
  });
});

describe('the distance of groups', () => {
  const ranks = [
    [0, 1, 2],
    [0, 1, 2],
  ];
  it.each([
    [[0, 0], [0, 0], 0],
    [[0, 0], [0, 1], 0.5],
    [[0, 0], [2, 2], 2],
    [[0, -1], [0, 2], 1],
    [[-1, -1], [-1, -1], 0],
  ])('of %j and %j is %d', (a, b, distance) => {
    expect(distanceBetween(a, b, ranks)).toBe(distance);
    expect(distanceBetween(b, a, ranks)).toBe(distance);
  });
});
