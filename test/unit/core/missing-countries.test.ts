import { describe, expect, it } from 'vitest';
import { missingCountries } from '../../../src/core/estimate/missing-countries.ts';
import { cubeOf, rawRow, shippedConfig } from '../../support/histories.ts';

/** Rows of a country on a day. */
const rows = (day: string, country: string, count: number) =>
  Array.from({ length: count }, () => rawRow([day, country, '2026-01-01', '2025-06-01', '3', '10']));

const JUNE = [...rows('2026-06-10', 'Peru', 300), ...rows('2026-06-10', 'Latvia', 100)];

function found(more: ReturnType<typeof rows>, period = 'month'): string[] {
  const config = shippedConfig({ period });
  return missingCountries(cubeOf([...JUNE, ...more], config), config);
}

describe('a country without rows in the newest period', () => {
  it('is named, with how many would be usual', () => {
    expect(found(rows('2026-07-10', 'Peru', 150))).toEqual([
      '2026-07, the newest month, has no rows of "Latvia" (50 would be usual): it may be missing in the export',
    ]);
    expect(found(rows('2026-06-17', 'Peru', 150), 'week')).toEqual([
      expect.stringMatching(/^2026-06-15, the newest week, has no rows of "Latvia" \(50/),
    ]);
  });

  it('is not named where chance would do that, where it has some, or for a day', () => {
    expect(found(rows('2026-07-10', 'Peru', 80))).toEqual([]);
    expect(found([...rows('2026-07-10', 'Peru', 150), ...rows('2026-07-11', 'LATVIA', 1)])).toEqual([]);
    expect(found(rows('2026-06-11', 'Peru', 150), 'day')).toEqual([]);
    expect(found([])).toEqual([]);
    expect(found(rows('2026-07-10', 'Chile', 500))).toEqual([]);
  });
});
