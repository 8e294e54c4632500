import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { table } from '../../../build/cli/table.ts';
import { width } from '../../../build/cli/wrap.ts';

const word = fc.stringMatching(/^[a-z0-9_-]{1,9}$/);
const cell = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));

describe('table', () => {
  it('never breaks a word, whatever the width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, word), { minLength: 1 }),
        fc.integer({ min: 20, max: 80 }),
        (rows, columns) => {
          const words = table(rows, { right: [1], columns })
            .trim()
            .split(/\s+/)
            .sort();
          expect(words).toEqual(rows.flat().join(' ').split(' ').sort());
        },
      ),
    );
  });

  it('fits the width when its widest column of words can be wrapped', () => {
    const text = table(
      [
        ['Reason', 'Rows'],
        ['timestamp is before last_order_ts', '504'],
      ],
      { right: [1], columns: 30 },
    );
    expect(text).toBe('Reason                    Rows\ntimestamp is before        504\nlast_order_ts\n');
    for (const line of text.split('\n')) expect(width(line)).toBeLessThanOrEqual(30);
  });

  it('leaves out spare columns, in their order, before it wraps', () => {
    const rows = [
      ['Segment', 'Error', 'Ratio', 'Spend'],
      ['recency_segment', '9.3', '1.00', '101.9%'],
    ];
    const layout = { right: [1, 2, 3], spare: [2, 1] };
    expect(table(rows, { ...layout, columns: 80 })).toContain('Ratio');
    const narrow = table(rows, { ...layout, columns: 30 });
    expect(narrow).toBe('Segment          Error   Spend\nrecency_segment    9.3  101.9%\n');
  });

  it('keeps the indent of a cell on each of its lines', () => {
    expect(table([['  one two three', 'x']], { columns: 12 })).toBe('  one two  x\n  three\n');
  });
});
