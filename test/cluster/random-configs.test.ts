import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCubeFile } from '../../build/engines/sql/cube-file.ts';
import { DIALECTS } from '../../build/engines/sql/dialects.ts';
import { cubeSelect } from '../../build/engines/sql/select.ts';
import type { Config } from '../../src/core/config/config.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import { FEATURE_NAMES } from '../../src/core/segments/features.ts';
import { LARGEST_EDGE } from '../../src/core/segments/schema.ts';
import { cubeOf, shippedConfig } from '../support/histories.ts';
import { oddRows } from '../support/odd-rows.ts';
import { runs } from '../support/runs.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { isSame } from './support/exponents.ts';
import { factsOf } from './support/facts.ts';
import { fieldsOf } from './support/tables.ts';
import type { Warehouse } from './support/warehouse.ts';
import { PLACES } from './support/warehouses.ts';

const folder = temporaryFolder();

/** Characters and their pairs that some database reads in its own way in a text or a name. */
const ODD = [
  "'",
  '"',
  '`',
  '\\',
  '%',
  '_',
  '$',
  '?',
  ':',
  '{',
  ';',
  '--',
  '/*',
  '\u00e9',
  '中',
  '💶',
  '\u202e',
  ' ',
  'a',
  'B',
  '1',
  ',',
];
const oddName = fc
  .array(fc.constantFrom(...ODD), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join('').trim())
  .filter((name) => name !== '' && !/^\s|\s$/.test(name));
/** Without those that look like a value of SQL, which the dialect of ClickHouse refuses: see emit-sql.test.ts. */
const columnName = oddName.filter((name) => !/^('.*'|\d+)$/.test(name));
const edge = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 800 }),
  fc.integer({ min: LARGEST_EDGE - 2, max: LARGEST_EDGE }),
);
/** Bands with and without gaps, the last one perhaps open, in descending order. */
const bands = fc
  .tuple(
    fc.uniqueArray(edge, { minLength: 1, maxLength: 12 }),
    fc.uniqueArray(oddName, { minLength: 12, maxLength: 12 }),
    fc.boolean(),
  )
  .map(([edges, names, isOpen]) => {
    const sorted = edges.toSorted((a, b) => a - b);
    const found = [];
    for (let at = 0; at < sorted.length; at += 2) {
      const [min = 0, max] = sorted.slice(at, at + 2);
      const isLast = at + 2 >= sorted.length;
      found.push({ name: names[at] ?? '', min, ...(isLast && isOpen ? {} : { max: max ?? min }) });
    }
    return found.toReversed();
  });

/** @param start of all names: the parser of the translated dialects takes three quotes for those of a longer text */
const configs = (start: string) =>
  fc
    .record({
      period: fc.constantFrom('day', 'week', 'month'),
      numbers: fc.constantFrom(
        { decimal: '.' },
        { decimal: ',', grouping: '.', currency_signs: ['€', 'EUR'] },
        { decimal: '.', grouping: "'", currency_signs: ['USD'] },
        { decimal: ',', grouping: '_' },
        { decimal: '.', grouping: ' ' },
        { decimal: '.', grouping: ',' },
      ),
      names: fc.uniqueArray(columnName, {
        minLength: 6,
        maxLength: 6,
        selector: (name) => name.toLowerCase(),
      }),
      segments: fc.array(fc.record({ of: fc.constantFrom(...FEATURE_NAMES), bands }), {
        minLength: 1,
        maxLength: 4,
      }),
    })
    .map(({ period, numbers, names, segments }): Config => {
      const columns = Object.fromEntries(FIELDS.map((field, at) => [field, `${start}${names[at]}`]));
      const named = segments.map(({ of, bands }, at) => [
        `s${at}`,
        { of, bands: bands.map((band) => ({ ...band, name: start + band.name })) },
      ]);
      return shippedConfig({ period, numbers, columns, segments: Object.fromEntries(named) });
    });

describe.each(PLACES)('the SELECT of a random config, run by $title', ({ dialect: name, isThere, open }) => {
  const dialect = DIALECTS[name];
  let warehouse: Warehouse;
  beforeAll(async () => {
    if (isThere) warehouse = await open();
  });
  afterAll(async () => await warehouse?.close());

  it.runIf(isThere)('is the cube of random rows', async () => {
    let run = 0;
    const start = dialect.tested === 'translated' ? 'n' : '';
    await fc.assert(
      fc.asyncProperty(
        configs(start),
        fc.array(oddRows, { minLength: 1, maxLength: 200 }),
        async (config, all) => {
          const rows = all.filter((row) => isSame(row, name));
          // A table without rows has no cube.
          fc.pre(rows.length > 0);
          const columns = FIELDS.map((field) => config.columns[field]);
          const table = await warehouse.put(columns, rows.map(fieldsOf));
          const select = cubeSelect({ config, dialect, from: table });
          const path = folder.write(`${name}-${run++}.csv`, await warehouse.csv(select));
          const { cube } = await readCubeFile(path, config);
          expect(factsOf(cube)).toEqual(factsOf(cubeOf(rows, config)));
        },
      ),
      { numRuns: runs(5) },
    );
  });
});
