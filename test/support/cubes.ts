import type { Config } from '../../src/core/config/config.ts';
import { Cube, cubeLayout } from '../../src/core/cube/cube.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import { emptyAssignment, type RawRow } from '../../src/core/history/clean.ts';
import { cleaner } from './reading.ts';

/** A row from its fields in the order of FIELDS: timestamp, country, last order, first order, orders, amount. */
export function rawRow(fields: readonly string[]): RawRow {
  return Object.fromEntries(FIELDS.map((field, index) => [field, fields[index] ?? ''])) as RawRow;
}

/** The cube of rows, by the rules alone. */
export function countRows(rows: readonly RawRow[], config: Config): Cube {
  const cube = new Cube(cubeLayout(config));
  const assignment = emptyAssignment();
  const clean = cleaner(config);
  for (const row of rows) {
    const reason = clean(row, assignment);
    if (reason === null) cube.add(assignment);
    else cube.drop(assignment.country, reason);
  }
  return cube;
}
