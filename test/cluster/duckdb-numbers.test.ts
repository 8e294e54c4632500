import { expect, it } from 'vitest';
import { openDuckdb } from '../../build/engines/duckdb/database.ts';
import { countQuery } from '../../build/engines/duckdb/query.ts';
import type { Config } from '../../src/core/config/config.ts';
import { Cube, cubeLayout } from '../../src/core/cube/cube.ts';
import { RowCounter } from '../../src/core/cube/row-counter.ts';
import { shippedConfig } from '../support/histories.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { duckdbMissing, isDuckdbInstalled } from './support/duckdb.ts';

const folder = temporaryFolder();
const ALPHABET = [...' +-.,0159eExX_'];
const ROW = { timestamp: '2018-11-21', last_order_ts: '2018-11-20', first_order_ts: '', voucher_amount: '5' };

/** All texts of some characters. */
function textsOf(length: number, characters: readonly string[]): string[] {
  if (length === 0) return [''];
  return textsOf(length - 1, characters).flatMap((start) => characters.map((end) => start + end));
}

it.runIf(isDuckdbInstalled).each(['.', ','] as const)(
  `numbers of orders that DuckDB reads are those of core, with the decimal mark %s${duckdbMissing}`,
  async (decimal) => {
    const shipped = shippedConfig();
    const config: Config = { ...shipped, numbers: { ...shipped.numbers, decimal } };
    const texts = [
      ...[0, 1, 2, 3].flatMap((length) => textsOf(length, ALPHABET)),
      ...textsOf(4, [...' +.,09e']),
      ...['100', '99.0', '99,0', '100.0', '0100', '0xFFFFF', '1_0e3', '4294967295', '4294967296', '1e309'],
    ];
    const path = folder.write('orders', texts.map((text, at) => `${text}|${at}\n`).join(''));
    const from = `read_csv('${path}', auto_detect = false, header = false, delim = '|', quote = '', escape = '', nullstr = '\u0001null',
      new_line = '\\n', columns = {text: 'VARCHAR', place: 'VARCHAR'})`;
    const column = (text: string) => ({ text, time: null });
    const columns = {
      timestamp: column(`'${ROW.timestamp}'`),
      country_code: column('place'),
      last_order_ts: column(`'${ROW.last_order_ts}'`),
      first_order_ts: column("''"),
      total_orders: column('text'),
      voucher_amount: column(`'${ROW.voucher_amount}'`),
    };
    const database = await openDuckdb();
    try {
      const rows = await database.rows(countQuery(from, columns, config));
      const read = rows.filter(([cell]) => Number(cell) >= 0);
      const found = read.map(([cell, place, , , withOrders]) => ({
        text: texts[Number(place)],
        cell: Number(cell),
        filled: 1 - Number(withOrders),
        unreadable: {},
      }));
      expect(found).toEqual(found.map(({ text = '' }) => ofCore(text, config)));
      const usual = ['', '0', '9', '10', `5${decimal}0`, `99${decimal}0`, '100'];
      expect(found.map(({ text }) => text)).toEqual(expect.arrayContaining(usual));
    } finally {
      database.close();
    }
  },
);

function ofCore(text: string, config: Config) {
  const cube = new Cube(cubeLayout(config));
  new RowCounter(config, cube, null).onRow({ ...ROW, total_orders: text, country_code: 'Peru' }, 1);
  const { groups, totalOrdersFilled, unreadable } = cube.country('Peru');
  return { text, cell: [...groups.keys()][0], filled: totalOrdersFilled, unreadable };
}
