import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../build/engines/database.ts';
import { openDuckdb } from '../../build/engines/duckdb/database.ts';
import { countQuery } from '../../build/engines/duckdb/query.ts';
import { timeReader } from '../../src/core/fields/times.ts';
import { shippedConfig } from '../support/histories.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { duckdbMissing, isDuckdbInstalled } from './support/duckdb.ts';

const DATES = ['2018-11-21', '2020-02-29'];
const CLOCKS = ['12:10:15', '24:00:00', '23:59:09'];
const ENDS = ['', 'Z', '.123', '.120Z', '.123456', '.100000Z', '.1', '.12345'];
const TIMES = [
  ...DATES,
  ...DATES.flatMap((date, at) =>
    CLOCKS.flatMap((clock) => ENDS.map((end) => `${date}${at === 0 ? ' ' : 'T'}${clock}${end}`)),
  ),
];
/** All that a byte can be, and digits and spaces that are more bytes; without what the file itself is made of. */
const CHARACTERS = [
  ...Array.from({ length: 255 }, (_, code) => String.fromCharCode(code + 1)),
  ...'\u00a0\u0661\u2003\uff11',
].filter((character) => !'\n\r|'.includes(character));
/** What a time can have besides its digits. */
const IN_TIMES = [...' +-.:/ZT(09'];

const folder = temporaryFolder();

describe.runIf(isDuckdbInstalled)(`times that DuckDB reads${duckdbMissing}`, () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDuckdb();
  });
  afterAll(() => database?.close());

  /** Groups of the query that are not left to core: the text, and the second that DuckDB read. */
  async function readByDuckdb(texts: readonly string[], name: string): Promise<[string, number][]> {
    const path = folder.write(name, texts.map((text, at) => `${text}|${at}\n`).join(''));
    const from = `read_csv('${path}', auto_detect = false, header = false, delim = '|', quote = '', escape = '', nullstr = '\u0001null',
      new_line = '\\n', columns = {text: 'VARCHAR', place: 'VARCHAR'})`;
    const column = (text: string) => ({ text, time: null });
    const columns = {
      timestamp: column('text'),
      country_code: column('place'),
      last_order_ts: column("'1970-01-01'"),
      first_order_ts: column("''"),
      total_orders: column("'1'"),
      voucher_amount: column("'5'"),
    };
    const rows = await database.rows(countQuery(from, columns, shippedConfig()));
    return rows
      .filter(([cell]) => Number(cell) >= 0)
      .map(([, place, , , , , second]) => [texts[Number(place)] ?? '', Number(second)]);
  }

  /** @returns how many texts DuckDB read */
  async function expectAsCore(texts: ReadonlySet<string>, name: string): Promise<number> {
    const read = await readByDuckdb([...texts], name);
    const core = timeReader('iso');
    expect(read.filter(([text, second]) => core(text) !== second)).toEqual([]);
    return read.length;
  }

  it('are those of core, whatever one of their characters is exchanged for', async () => {
    const texts = new Set([...TIMES, '12018-11-21 12:10:15', '12018-11-21', '0001-01-01 (BC) 00:00:00']);
    for (const time of TIMES) {
      for (let at = 0; at < time.length; at++) {
        for (const character of [...CHARACTERS, '']) {
          texts.add(`${time.slice(0, at)}${character}${time.slice(at + 1)}`);
        }
        texts.add(`${time.slice(0, at)} ${time.slice(at)}`);
      }
    }
    // Digits are exchanged for digits too, so that many of them are times.
    expect(await readByDuckdb(TIMES, 'times')).toHaveLength(30);
    expect(await expectAsCore(texts, 'one')).toBeGreaterThan(2_000);
  });

  it('are those of core, whatever two of their characters are exchanged for', async () => {
    let read = 0;
    for (const [name, time] of TIMES.slice(0, 14).entries()) {
      const texts = new Set<string>();
      for (let first = 0; first < time.length; first++) {
        for (let second = first + 1; second < time.length; second++) {
          for (const a of IN_TIMES) {
            const start = `${time.slice(0, first)}${a}${time.slice(first + 1, second)}`;
            for (const b of IN_TIMES) texts.add(`${start}${b}${time.slice(second + 1)}`);
          }
        }
      }
      read += await expectAsCore(texts, `two-${name}`);
    }
    expect(read).toBeGreaterThan(1_000);
  });
});
