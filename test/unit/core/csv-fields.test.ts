import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { cubeText } from '../../../src/core/cube/cube-json.ts';
import { type Dropped, RowCounter } from '../../../src/core/cube/row-counter.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { TIME_FORMATS } from '../../../src/core/fields/times.ts';
import { emptyRead, type RowSink, readRow } from '../../../src/core/history/clean.ts';
import { CsvReader } from '../../../src/core/history/csv.ts';
import { shippedConfig } from '../../support/histories.ts';
import { numberTexts, oddRows, timeTexts } from '../../support/odd-rows.ts';

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const rows = fc.array(
  fc.tuple(
    oddRows,
    fc.record({ time: timeTexts, number: numberTexts, odd: fc.boolean(), quotes: fc.boolean() }),
  ),
  { maxLength: 20 },
);
const configs = fc.record({
  times: fc.record({ format: fc.constantFrom(...TIME_FORMATS) }),
  numbers: fc.constantFrom(
    { decimal: '.', grouping: '', currency_signs: [] },
    { decimal: ',', grouping: '.', currency_signs: ['€'] },
  ),
});
const folders: fc.Arbitrary<Partial<Record<Field, string>>> = fc.constantFrom(
  {},
  { country_code: 'Peru' },
  { total_orders: '7', last_order_ts: '2018-01-01' },
);

it('a row whose fields are read where they are in the file is counted as one whose fields are cut out first', () => {
  fc.assert(
    fc.property(rows, configs, folders, (drawn, settings, constants) => {
      const config = shippedConfig(settings);
      const columns = FIELDS.filter((field) => constants[field] === undefined);
      const lines = drawn.map(([row, { time, number, odd, quotes }]) => {
        const changed = odd ? { ...row, first_order_ts: time, voucher_amount: number } : row;
        const needsQuotes = Object.values(changed).some((text) => /[",\n\r]/.test(text));
        return columns
          .map((field) => (quotes || needsQuotes ? quoted(changed[field]) : changed[field]))
          .join(',');
      });
      const text = `${[columns.join(','), ...lines].join('\n')}\n`;

      const count = (inPlace: boolean) => {
        const dropped: Dropped[] = [];
        const counter = new RowCounter(config, new Cube(cubeLayout(config)), (row) =>
          dropped.push(structuredClone(row)),
        );
        const cutOut: RowSink['onRow'] = (_, line, text) => {
          const row = { ...text() };
          const read = emptyRead();
          readRow(row, counter.readers, read);
          counter.onRow(read, line, () => row);
        };
        const onRow = inPlace ? counter.onRow : cutOut;
        const reader = new CsvReader({ ...counter, onRow, constants });
        reader.push(text);
        reader.end();
        return { cube: cubeText(counter.cube), rows: counter.rows, notes: counter.notes, dropped };
      };
      expect(count(true)).toEqual(count(false));
    }),
    { numRuns: 300 },
  );
});
