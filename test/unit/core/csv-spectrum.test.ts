import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { readPieces } from '../support/csv.ts';

const SPECTRUM = dirname(createRequire(import.meta.url).resolve('csv-spectrum'));
const CASES = readdirSync(join(SPECTRUM, 'csvs')).map((name) => basename(name, '.csv'));

/** Reads a CSV through the columns of a history: as many of its own at a time as there are fields. */
function readAll(pieces: readonly string[], names: readonly string[]): Record<string, string>[] {
  const rows: Record<string, string>[] = [];
  for (let start = 0; start < names.length; start += FIELDS.length) {
    const some = names.slice(start, start + FIELDS.length);
    const columns = Object.fromEntries(FIELDS.map((field, index) => [field, some[index] ?? some[0]]));
    const read = readPieces(pieces, { columns: columns as Record<Field, string> });
    expect(read.malformed).toEqual([]);
    read.rows.forEach(({ row }, index) => {
      const values = some.map((name, column) => [name, row[FIELDS[column] ?? 'timestamp'].trim()]);
      rows[index] = { ...rows[index], ...Object.fromEntries(values) };
    });
  }
  return rows;
}

/** The spectrum's own answer, whose line ends are not always those of its file. */
function withPlainLineEnds(rows: Record<string, string>[]): Record<string, string>[] {
  return JSON.parse(JSON.stringify(rows).replaceAll('\\r\\n', '\\n'));
}

describe('csv-spectrum', () => {
  it.each(CASES)('is read as it should be, wherever it is cut: %s', (name) => {
    const text = readFileSync(join(SPECTRUM, 'csvs', `${name}.csv`), 'utf8');
    // One of the answers is a single row, not a list of rows.
    const expected: Record<string, string>[] = [
      JSON.parse(readFileSync(join(SPECTRUM, 'json', `${name}.json`), 'utf8')),
    ].flat();
    // The spectrum's file and its answer have different telephone numbers.
    const names = Object.keys(expected[0] ?? {}).filter((column) => column !== 'Contact Phone Number');
    for (const row of expected) delete row['Contact Phone Number'];
    for (let cut = 0; cut <= text.length; cut++) {
      const rows = readAll([text.slice(0, cut), text.slice(cut)], names);
      expect(withPlainLineEnds(rows)).toEqual(withPlainLineEnds(expected));
    }
  });
});
