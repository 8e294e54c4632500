import { describe, expect, it } from 'vitest';
import { DEFAULT_GUARDS } from '../../../src/core/config/defaults.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { answerWords } from '../../../src/core/publish/answer-words.ts';
import type { AnswerChange } from '../../../src/core/publish/comparison.ts';
import { diffArtifacts } from '../../../src/core/publish/diff.ts';
import { objectionsTo } from '../../../src/core/publish/guards.ts';
import { previewOf, previewSentences } from '../../../src/core/publish/preview.ts';
import { artifactOf, rawRow, shippedConfig } from '../../support/histories.ts';

const shipped = shippedConfig();
const config = { ...shipped, amount: { ...shipped.amount, currency: 'PEN' } };

const dayBefore = (days: number) => new Date(Date.UTC(2026, 2, 31) - days * 86_400_000).toISOString();

/** Rows of Peru, some days after the last order. */
const rowsOf = (days: number, amount: number, count = 40) =>
  Array.from({ length: count }, () =>
    // timestamp, country, last order, first order, orders, amount
    rawRow(['2026-03-31', 'Peru', dayBefore(days), '2024-01-01', '3', String(amount)]),
  );

const compared = async (rows: RawRow[]) => {
  const { table, statistics } = await artifactOf(rows, config);
  return { compiled: compileArtifact(table), statistics };
};
const old = await compared([...rowsOf(40, 10), ...rowsOf(130, 20)]);
const withMore = async (days: number, amount: number) =>
  diffArtifacts(old, await compared([...rowsOf(40, 10), ...rowsOf(130, 20), ...rowsOf(days, amount)]));

describe('the preview of a new file', () => {
  it('has the change of the spend with the default_segment, and the largest change of an amount', async () => {
    const diff = await withMore(40, 30);
    const preview = previewOf(diff);
    expect(preview).toMatchObject({
      segment: 'detailed_segment',
      answers: diff.answers,
      largest: diff.answer_changes[0],
      spend: [{ currency: 'PEN' }],
    });
    expect(preview.spend).toEqual(diff.segments.find(({ segment }) => segment === 'detailed_segment')?.spend);
    const [answers, largest] = previewSentences({ ...preview, spend: [] });
    expect(answers).toBe(
      `Of the answers of POST /voucher ${diff.answers.moved} change, ${diff.answers.added} come, 0 go, ${diff.answers.same} stay.`,
    );
    expect(largest).toMatch(
      /^The largest change: Peru, recency_segment 30-60 would get 20 PEN instead of 10 PEN\.$/,
    );
  });

  it('says that nothing changes where nothing does', () => {
    expect(previewSentences(previewOf(diffArtifacts(old, old)))).toEqual([
      expect.stringMatching(/ 0 change, 0 come, 0 go, \d/),
      'The spend with detailed_segment stays the same.',
    ]);
  });

  it('has the spend in each currency, rounded, with its change', () => {
    const sum = { currency: 'EUR', country: null, countries: 2 };
    const preview = previewOf(diffArtifacts(old, old));
    const spend = [
      { ...sum, before: 1_000_000.4, after: 1_250_000 },
      { ...sum, currency: 'PEN', before: 10, after: 5 },
      { ...sum, currency: 'CNY', before: 0, after: 5 },
    ];
    expect(previewSentences({ ...preview, spend }).at(-1)).toBe(
      'The spend with detailed_segment, if each row of the history were asked for once: EUR 1,000,000 → 1,250,000 (+25.0%), PEN 10 → 5 (−50.0%), CNY 0 → 5 (new).',
    );
  });
});

describe('a first amount where the default answered', () => {
  it('is told with where both amounts come from, in the preview and by the guard', async () => {
    const diff = await withMore(70, 30);
    const sentence =
      'Peru, recency_segment 61-90 would get 30 PEN, from 40 rows, instead of 0 PEN, the default';
    expect(previewSentences(previewOf(diff))).toContain(`The largest change: ${sentence}.`);
    expect(objectionsTo(diff, DEFAULT_GUARDS)[0]).toEqual({
      guard: 'largest_amount_change',
      message: `an amount may change by at most 50%: ${sentence}`,
    });
  });

  it('is told with the rows of the country where that answered', () => {
    const change: AnswerChange = {
      country: null,
      segment: 's',
      band: null,
      amount: { before: 5, after: 7 },
      currency: { before: null, after: null },
      source: { before: 'country', after: 'segment' },
      rows: { before: 1200, after: 40 },
    };
    expect(answerWords(change)).toBe(
      'any other country, s in no band would get 7, from 40 rows, instead of 5, from the 1,200 rows of the country',
    );
  });
});
