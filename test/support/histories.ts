import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import { type Config, parseConfig } from '../../src/core/config/config.ts';
import type { Cube } from '../../src/core/cube/cube.ts';
import type { RawRow } from '../../src/core/history/clean.ts';
import { countRows, rawRow } from './cubes.ts';

/** config/voucher.json with some keys changed. */
export function shippedConfig(changes: Record<string, unknown> = {}): Config {
  const shipped = JSON.parse(readFileSync(new URL('../../config/voucher.json', import.meta.url), 'utf8'));
  // Other segments than the shipped ones are not what the shipped combined segment is made of.
  const combined = 'segments' in changes ? { combined: {}, default_segment: undefined } : {};
  const parsed = parseConfig({ ...shipped, ...combined, ...changes });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

export { rawRow };

/** The cube of rows, by the rules alone. */
export function cubeOf(rows: readonly RawRow[], config: Config = shippedConfig()): Cube {
  return countRows(rows, config);
}

/** The sealed artifact of rows. */
export function artifactOf(rows: readonly RawRow[], config: Config = shippedConfig()): Promise<Artifact> {
  return artifactOfCube(cubeOf(rows, config), config);
}

export async function artifactOfCube(cube: Cube, config: Config = shippedConfig()): Promise<Artifact> {
  return await assembleArtifact(cube, [], config);
}

const moment = fc
  .date({ min: new Date('1968-01-01'), max: new Date('2031-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

const time = fc.oneof(
  { weight: 6, arbitrary: moment.map((iso) => iso.slice(0, 10)) },
  { weight: 6, arbitrary: moment.map((iso) => `${iso.slice(0, 19).replace('T', ' ')}.102761`) },
  { weight: 2, arbitrary: moment.map((iso) => `${iso.slice(0, 19)}+02:00`) },
  { weight: 1, arbitrary: moment },
  { weight: 1, arbitrary: fc.constantFrom('', '2018-02-30', 'soon', '2018-07-21 25:00', ' 2018-07-21 ') },
);

/** Rows with all the diseases of a history, in few enough countries and amounts that cells fill up. */
export const rawRows: fc.Arbitrary<RawRow> = fc
  .tuple(
    time,
    fc.constantFrom(
      'Peru',
      'peru',
      'PERU',
      'Latvia',
      'Côte d’Ivoire',
      'CÔTE D’IVOIRE',
      '__proto__',
      'Straße',
      'STRASSE',
      ' ',
      '中国',
    ),
    time,
    time,
    fc.oneof(
      fc.nat(60).map(String),
      fc.nat(60).map((n) => `${n}.0`),
      fc.constantFrom('', 'abc', '-1', '2.5', '1e3', 'nan'),
    ),
    fc.oneof(
      fc.constantFrom('10', '20.0', '2e1', '35.5', '0', '-0', '0.1'),
      fc.constantFrom('', 'nan', '-3', 'inf', '1e400'),
    ),
  )
  .map(rawRow);

/** Histories in which most timestamps come after the last order, as in a real one. */
export const histories: fc.Arbitrary<RawRow[]> = fc.array(
  rawRows.map((row) =>
    row.timestamp < row.last_order_ts && row.timestamp.length % 3
      ? { ...row, timestamp: row.last_order_ts, last_order_ts: row.timestamp }
      : row,
  ),
  { maxLength: 60 },
);
