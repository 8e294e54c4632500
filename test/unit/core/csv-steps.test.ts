import { afterEach, expect, it, vi } from 'vitest';
import { CsvRecords } from '../../../src/core/history/csv-records.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** @returns how many characters are passed over in search of others while a text is read */
function searched(text: string): number {
  const names = ['timestamp', 'country_code', 'last_order_ts', 'total_orders', 'voucher_amount'];
  const records = new CsvRecords({
    wanted: names,
    onHeader: () => [0, 4],
    onRecord: () => {},
    onMalformed: () => {},
  });
  let steps = 0;
  const original = String.prototype.indexOf;
  vi.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, wanted, from = 0) {
    const found = original.call(this, wanted, from);
    steps += (found === -1 ? this.length : found) - from;
    return found;
  });
  records.push(`${names.join(',')}\n${text}`);
  records.end();
  vi.restoreAllMocks();
  return steps;
}

const ROWS = 5_000;

it.each([
  ['blank lines', '\n'],
  ['lines of white space', ' \n'],
  ['lines without a delimiter', 'Peru\n'],
  ['lines with too few delimiters', 'Peru,1\n'],
  ['rows', '2018-07-21,Peru,2018-06-20,15,20\n'],
  ['rows in quotes', '"2018-07-21","Peru","2018-06-20","15","20"\n'],
])('thousands of %s are each searched a few times, however many follow', (_, line) => {
  const text = line.repeat(ROWS);
  // The end of the line, the next delimiter, a quote, and the same in what is malformed.
  expect(searched(text)).toBeLessThan(12 * text.length);
});
