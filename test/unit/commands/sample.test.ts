import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { makeHistory, SAMPLE } from '../../../build/sample/history.ts';
import { qualityOf } from '../../../src/core/cube/cube.ts';
import { estimate } from '../../../src/core/estimate/estimate.ts';
import { cubeOf, rawRow, shippedConfig } from '../../support/histories.ts';

describe('the sample', async () => {
  const text = await readFile(SAMPLE.path, 'utf8');
  const rows = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => rawRow(line.split(',')));
  const config = shippedConfig();
  const cube = cubeOf(rows, config);

  it('is what its generator makes, to the byte', () => {
    expect(makeHistory(SAMPLE.rows, SAMPLE.seed)).toBe(text);
    expect(makeHistory(50, 1)).not.toBe(makeHistory(50, 2));
  });

  it('is small enough to be committed', async () => {
    expect((await stat(SAMPLE.path)).size).toBeLessThanOrEqual(500_000);
  });

  it('has the diseases of a real history', () => {
    const quality = qualityOf(cube.countries.values());
    const share = (count: number) => count / quality.rows_read;
    expect(share(quality.dropped.negative_days_between_orders)).toBeCloseTo(0.08, 1.5);
    expect(share(quality.total_orders_filled)).toBeCloseTo(0.08, 1.5);
    expect(quality.voucher_amount_imputed).toBeGreaterThan(0);
    expect(new Set(rows.map(({ timestamp }) => timestamp.length))).toEqual(new Set([10, 26]));
  });

  it('has customers of four countries in every band', () => {
    const countries = estimate(cube, config);
    expect([...countries.keys()].sort()).toEqual(['Australia', 'China', 'Latvia', 'Peru']);
    for (const { overall, segments } of countries.values()) {
      expect(Object.keys(overall.amounts).length).toBeGreaterThanOrEqual(3);
      expect(Object.keys(overall.amounts).length).toBeLessThanOrEqual(5);
      for (const [name, { bands }] of Object.entries(config.segments)) {
        expect(Object.keys(segments[name] ?? {}).sort()).toEqual(bands.map((band) => band.name).sort());
      }
    }
  });
});
