import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CellsBuilder } from '../../src/core/decide/cells.ts';

describe('cells', () => {
  const answers = fc.array(
    fc.record({
      cell: fc.nat(99),
      amount: fc.oneof(fc.double({ min: 0, noDefaultInfinity: true }), fc.constant(Number.NaN)),
      rows: fc.nat(),
    }),
  );

  it('answer what was put last, and no amount and no rows where nothing was', () => {
    fc.assert(
      fc.property(answers, (put) => {
        const builder = new CellsBuilder(100);
        for (const { cell, amount, rows } of put) builder.put(cell, amount, rows);
        const cells = builder.pack();
        const last = new Map(put.map((one) => [one.cell, one]));
        for (let cell = 0; cell < 100; cell++) {
          expect(cells.amount(cell)).toBe(last.get(cell)?.amount ?? Number.NaN);
          expect(cells.rows(cell)).toBe(last.get(cell)?.rows ?? 0);
        }
      }),
    );
  });

  it.each([65_535, 65_536, 65_537, 100_000])('answer the same with %i different amounts', (different) => {
    const builder = new CellsBuilder(different);
    for (let cell = 0; cell < different; cell++) builder.put(cell, cell / 8, 7 * cell);
    const cells = builder.pack();
    let wrong = 0;
    for (let cell = 0; cell < different; cell++) {
      if (cells.amount(cell) !== cell / 8 || cells.rows(cell) !== 7 * cell) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it.each([65_535, 65_536, 65_537])('answer the same with %i different values in all', (different) => {
    // The rows of all cells are one of them.
    const amounts = different - 1;
    const builder = new CellsBuilder(amounts);
    for (let cell = 0; cell < amounts; cell++) builder.put(cell, cell / 8 + 2, 1);
    const cells = builder.pack();
    const wrong = Array.from({ length: amounts }, (_, cell) => cell).filter(
      (cell) => cells.amount(cell) !== cell / 8 + 2 || cells.rows(cell) !== 1,
    );
    expect(wrong).toEqual([]);
  });
});
