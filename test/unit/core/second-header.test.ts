import { describe, expect, it } from 'vitest';
import { orderCheck } from '../../../src/core/history/second-header.ts';

const named = { a: 'time', b: 'country_code', c: 'orders' };
const numbered = { a: '1', b: '2', c: '3' };

describe('a second header', () => {
  it.each([
    ['two columns swapped', { a: 'country_code', b: 'time', c: 'orders' }],
    ['all columns moved by one', { a: 'note', b: 'Time', c: ' COUNTRY_CODE' }],
  ])('with %s is refused with its line', (_, row) => {
    expect(() => orderCheck(named)(row, 7)).toThrow('line 7: a second header');
  });

  it.each([
    ['in the same order', named, { a: 'time', b: 'COUNTRY_CODE', c: 'orders' }],
    ['without a column that the file lacks', named, { a: 'time', b: 'country_code', c: '' }],
    ['and not a row with one name in it', named, { a: 'soon', b: 'orders', c: '3' }],
    ['and not a row with one name twice', named, { a: 'orders', b: 'orders', c: '3' }],
    ['and not a row of a file whose columns are numbers', numbered, { a: 'soon', b: '1', c: '2' }],
  ])('%s is passed on', (_, columns, row) => {
    expect(() => orderCheck<string>(columns)(row, 7)).not.toThrow();
  });
});
