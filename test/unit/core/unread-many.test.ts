import { describe, expect, it } from 'vitest';
import { remedyFor } from '../../../src/core/estimate/remedies.ts';
import { type Notes, noNotes, noteUnread } from '../../../src/core/history/unread.ts';
import { shippedConfig } from '../../support/histories.ts';

function notesOf(texts: Iterable<string>, field: 'timestamp' | 'voucher_amount' = 'timestamp'): Notes {
  const notes = noNotes();
  let line = 2;
  for (const text of texts) noteUnread(notes, field, text, line++);
  return notes;
}

const many = (text: string, length = 50_000) => Array.from({ length }, () => text);
const remedy = (notes: Notes, field: 'timestamp' | 'voucher_amount' = 'timestamp') =>
  remedyFor(field, [{ file: 'a.csv', notes }], shippedConfig());

describe('A file full of values that cannot be read', () => {
  it('counts all of them, keeps the first three, and says what reads them', () => {
    const notes = notesOf(many('21.07.2018'));
    expect(notes.unread.timestamp?.rows).toBe(50_000);
    expect(notes.unread.timestamp?.examples.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(remedy(notes)).toBe('; set times.format to "day_month_year" in the config to read them');
  });

  it('is told from one of two formats, wherever the second begins', () => {
    for (const before of [1, 5, 9_999, 10_001, 30_000]) {
      const notes = notesOf([...many('10,5', before), ...many('1,000.5', 100)], 'voucher_amount');
      expect(notes.unread.voucher_amount).toMatchObject({ rows: before + 100, mixed: true, fits: 0 });
      expect(notes.unread.voucher_amount?.examples.at(-1)?.text).toBe('1,000.5');
    }
  });

  it('keeps the formats that read all of them: one day that no month has decides, wherever it is', () => {
    const days = [...many('01.02.2018', 19_000), '21.07.2018', ...many('01.02.2018', 999)];
    expect(remedy(notesOf(days))).toBe('; set times.format to "day_month_year" in the config to read them');
    expect(remedy(notesOf(many('01.02.2018', 10_000)))).toContain('"day_month_year" or "month_day_year"');
  });

  it('gathers the signs of currencies of later values', () => {
    const notes = notesOf([...many('10 €', 20), ...many('10 EUR', 3)], 'voucher_amount');
    expect(notes.unread.voucher_amount?.signs).toEqual(['€', 'EUR']);
  });
});
