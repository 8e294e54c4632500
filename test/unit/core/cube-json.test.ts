import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countFile } from '../../../build/engines/count-file.ts';
import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { CUBE_RULES_VERSION, cubeText, parseCube } from '../../../src/core/cube/cube-json.ts';
import { cubeOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';

const layout = cubeLayout(shippedConfig());

describe('a cube as JSON', () => {
  it('comes back as it was, and has one text however its rows were ordered', () => {
    fc.assert(
      fc.property(histories, (rows) => {
        const cube = cubeOf(rows);
        const text = cubeText(cube);
        const parsed = parseCube(JSON.parse(text), layout);
        expect(parsed.ok && parsed.value.countries).toEqual(cube.countries);
        expect(parsed.ok && cubeText(parsed.value)).toBe(text);
        expect(parsed.ok && [parsed.value.firstTimestamp, parsed.value.lastTimestamp]).toEqual([
          cube.firstTimestamp,
          cube.lastTimestamp,
        ]);
        expect(cubeText(cubeOf(rows.toReversed()))).toBe(text);
      }),
    );
  });

  it('keeps names that are odd as keys and amounts that have no short form', () => {
    const cube = new Cube(layout);
    for (const country of ['__proto__', 'constructor', '', '\ud800', 'Côte d’Ivoire']) {
      cube.addCells(country, [-7 * layout.combinations + 3, 1e17 / 3, 3]);
      cube.addCells(country, [600 * layout.combinations + 3, Number.MAX_VALUE, 1]);
      cube.drop(country, 'malformed_row', 2);
    }
    const parsed = parseCube(JSON.parse(cubeText(cube)), layout);
    expect(parsed.ok && parsed.value.countries).toEqual(cube.countries);
  });

  const CUBE = JSON.parse(cubeText(cubeOf([rawRow(['2018-07-21', 'Peru', '2018-04-20', '', '3', '4400'])])));

  /** The cube with other cells in its one country, which is otherwise whole. */
  const withCells =
    (...cells: unknown[]) =>
    (cube: Record<string, unknown>) => ({ ...cube, countries: [{ ...CUBE.countries[0], cells }] });

  it('is read when only its counts differ', () => {
    expect(parseCube(withCells(1, 2, 1, 7, -1, 9)(CUBE), layout).ok).toBe(true);
  });

  it.each<[string, (cube: Record<string, unknown>) => unknown]>([
    ['another schema', (cube) => ({ ...cube, schema_version: 0 })],
    ['other rules', (cube) => ({ ...cube, rules_version: CUBE_RULES_VERSION + 1 })],
    ['another layout', (cube) => ({ ...cube, layout: '{}' })],
    ['a cell without rows', withCells(1, 2, 0)],
    ['a cell of less than no rows', withCells(1, 2, -1)],
    ['a cell of half a row', withCells(1, 2, 0.5)],
    ['a cell in half a group', withCells(0.5, 2, 1)],
    ['a cell of an amount below 0', withCells(1, -2, 1)],
    ['a cell of an amount that is text', withCells(1, '2', 1)],
    ['a cell that is cut', withCells(1, 2)],
    ['nothing', () => null],
  ])('is not read when it has %s', (_, change) => {
    expect(parseCube(change(CUBE), layout).ok).toBe(false);
  });

  it('has the rules version that belongs to these rules for rows: raise it when they change', async () => {
    const bands = [
      { name: 'low', min: 0, max: 30 },
      { name: 'high', min: 40 },
    ];
    const features = ['total_orders', 'days_since_last_order', 'days_since_first_order', 'weekday', 'hour'];
    const segments = Object.fromEntries(features.map((of) => [`of_${of}`, { of, bands }]));
    const config = shippedConfig({ period: 'month', segments });
    const layout = cubeLayout(config);
    const path = fileURLToPath(new URL('../../../build/sample/history.csv', import.meta.url));
    const { cube } = await countFile(
      { path, name: 'history.csv', size: 0 },
      { config, rejects: null, onProgress() {} },
    );
    const rules = createHash('sha256')
      .update(cubeText({ ...cube, layout }))
      .digest('hex')
      .slice(0, 16);
    expect({ version: CUBE_RULES_VERSION, rules }).toEqual({ version: 5, rules: '7533481cc8158f58' });
  });
});
