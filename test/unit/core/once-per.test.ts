import { expect, it, vi } from 'vitest';
import type { Decision } from '../../../src/core/decide/schema.ts';
import { onceFor, oncePer } from '../../../src/core/once-per.ts';

const decision = (voucher_amount: number): Decision => ({
  voucher_amount,
  segment_name: 'recency_segment',
  segment: '0-30',
  source: 'segment',
  sample_size: 12,
  artifact_version: '0123456789abcdef',
});

it('makes the text of a decision once', () => {
  const make = vi.fn(({ voucher_amount }: Decision) => `${voucher_amount}`);
  const textOf = oncePer(make);
  const one = decision(1);
  expect([textOf(one), textOf(one), textOf(decision(2))]).toEqual(['1', '1', '2']);
  expect(make).toHaveBeenCalledTimes(2);
});

it('gives the right text for more decisions than it keeps', () => {
  const textOf = oncePer(({ voucher_amount }: Decision) => `${voucher_amount}`);
  const decisions = Array.from({ length: 2_500 }, (_, at) => decision(at));
  for (let round = 0; round < 2; round++) {
    for (const [at, each] of decisions.entries()) expect(textOf(each)).toBe(String(at));
  }
});

it('makes what belongs to an object once, and again for another object that is like it', () => {
  const make = vi.fn(({ voucher_amount }: Decision) => [voucher_amount]);
  const listOf = onceFor(make);
  const one = decision(1);
  expect(listOf(one)).toBe(listOf(one));
  expect(listOf(decision(1))).not.toBe(listOf(one));
  expect(make).toHaveBeenCalledTimes(2);
});
