import { createServer, type Server, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../build/engines/clickhouse/columns.ts';
import { clickHouseError } from '../../../build/engines/clickhouse/failure.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { shippedConfig } from '../../support/histories.ts';
import { build } from '../support/command.ts';

const CONFIG = shippedConfig();

describe('errors of ClickHouse become a sentence with its code', () => {
  it.each([
    ['Code: 60. DB::Exception: Table x does not exist', 'there is no such table (ClickHouse code 60)'],
    [
      'Code: 193, e.displayText() = DB::Exception: Wrong password for user default, e.what() = DB::Exception',
      'the password is wrong (ClickHouse code 193): set CLICKHOUSE_USER and CLICKHOUSE_PASSWORD',
    ],
    ['Code: 394. DB::Exception: Query was cancelled.', 'the query was killed (ClickHouse code 394)'],
    [
      'Code: 27, e.displayText() = DB::Exception: Cannot parse input: expected , before: x: (while reading row 3), e.what() = DB::Exception',
      'ClickHouse refused with code 27: Cannot parse input: expected , before: x: (while reading row 3)',
    ],
    [
      'Code: 43. DB::Exception: Illegal type: In scope SELECT secret FROM t. (ILLEGAL_TYPE_OF_ARGUMENT)',
      'ClickHouse refused with code 43: Illegal type',
    ],
    [
      'Code: 47. Unknown identifier `x`. (UNKNOWN_IDENTIFIER)',
      'ClickHouse refused with code 47: Unknown identifier `x`. (UNKNOWN_IDENTIFIER)',
    ],
    ['Received from h:9000. Code: 48. Not implemented', 'ClickHouse refused with code 48: Not implemented'],
    ['socket hang up', 'the server closed the connection in mid-query, so nothing is counted'],
  ])('%s', (message, sentence) => {
    expect(clickHouseError('db.t', new Error(message))).toMatchObject({
      name: 'DataError',
      message: `db.t: ${sentence}`,
    });
  });

  it('takes the code where the client has taken the message apart', () => {
    const error = Object.assign(new Error('Table x does not exist.'), { code: '60', type: 'UNKNOWN_TABLE' });
    expect(clickHouseError('t', error)).toMatchObject({
      message: 't: there is no such table (ClickHouse code 60)',
    });
  });

  it('says what the client has left of a message that has no code in it', () => {
    const error = Object.assign(new Error('Unknown identifier `x`.'), { code: '47' });
    expect(clickHouseError('t', error)).toMatchObject({
      message: 't: ClickHouse refused with code 47: Unknown identifier `x`.',
    });
  });

  it('tells a network that fails from a mistake of the program, which is left as it is', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(clickHouseError('http://h:1', refused)).toMatchObject({
      message: expect.stringContaining('nothing answers there'),
    });
    const mistake = new RangeError('out of range');
    expect(clickHouseError('t', mistake)).toBe(mistake);
  });
});

describe('columns of a table', () => {
  const described = (types: Partial<Record<Field, string>>) =>
    FIELDS.map((field) => [field, types[field] ?? 'String']);

  it.each([
    ['String', '`timestamp`'],
    ['LowCardinality(Nullable(String))', '`timestamp`'],
    ['UInt32', '`timestamp`'],
    ['Nullable(Float64)', '`timestamp`'],
    ['Date', '`timestamp`'],
    ["DateTime('Asia/Tokyo')", "toString(`timestamp`, 'UTC')"],
    ["Nullable(DateTime64(6, 'UTC'))", "toString(`timestamp`, 'UTC')"],
    ["SimpleAggregateFunction(max, DateTime('Asia/Tokyo'))", "toString(`timestamp`, 'UTC')"],
  ])('of type %s are read as %s', (type, sql) => {
    expect(columnsOf(described({ timestamp: type }), CONFIG).timestamp).toBe(sql);
  });

  it('that are numbers are read with the decimal mark of the config', () => {
    const numbers = { ...CONFIG.numbers, decimal: ',' as const };
    for (const type of ['Float64', 'Nullable(Float32)', 'Decimal(9, 2)']) {
      const { voucher_amount } = columnsOf(described({ voucher_amount: type }), { ...CONFIG, numbers });
      expect(voucher_amount).toBe("replaceOne(toString(`voucher_amount`), '.', ',')");
    }
  });

  it('are found by the names of the config; one that may be missing is empty', () => {
    const without = described({}).filter(([name]) => name !== 'first_order_ts');
    expect(columnsOf(without, CONFIG).first_order_ts).toBe("''");
    expect(() => columnsOf(without.slice(1), CONFIG)).toThrow('expected a column "timestamp"');
  });

  it('hold one value in each row', () => {
    expect(() => columnsOf(described({ total_orders: 'Array(UInt8)' }), CONFIG)).toThrow(
      'expected one value in each row of column "total_orders", found the type Array(UInt8)',
    );
  });
});

describe('what answers in place of ClickHouse', () => {
  async function listen(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  it.each<[string, (response: ServerResponse) => void, string]>([
    [
      'the page of a proxy',
      (response) => response.writeHead(200).end('<!doctype html>\n<h1>Please  log in</h1>'),
      'expected an answer of ClickHouse, got "Please log in"',
    ],
    [
      'an error of a proxy',
      (response) => response.writeHead(502).end('<h1>502 Bad Gateway</h1>'),
      'expected an answer of ClickHouse, got "502 Bad Gateway"',
    ],
    [
      'other JSON',
      (response) => response.writeHead(200).end('{"data":[{"a":1}]}'),
      'expected an answer of ClickHouse, got "{\\"data\\":[{\\"a\\":1}]}"',
    ],
    [
      'half an answer',
      (response) =>
        void response.writeHead(200, { 'content-length': 99 }).write('{"data":[', () => response.destroy()),
      'the server closed the connection in mid-query, so nothing is counted',
    ],
  ])('is named: %s', async (_, answer, sentence) => {
    const server = createServer((_, response) => answer(response));
    const port = await listen(server);
    process.env.CLICKHOUSE_PASSWORD = 'open sesame';
    const { code, out, err } = await build(['--clickhouse-url', `http://127.0.0.1:${port}`, '--table', 't']);
    delete process.env.CLICKHOUSE_PASSWORD;
    await new Promise((resolve) => server.close(resolve));
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`error: t: http://127.0.0.1:${port}: ${sentence}`);
    expect(err).not.toMatch(/sesame|should not have happened/);
  });

  it('is named: a server without TLS', async () => {
    const server = createServer();
    const port = await listen(server);
    const { code, err } = await build(['--clickhouse-url', `https://127.0.0.1:${port}`, '--table', 't']);
    await new Promise((resolve) => server.close(resolve));
    expect([code, err]).toEqual([
      1,
      `error: t: https://127.0.0.1:${port}: the server does not speak TLS: is it an address with http://?\n`,
    ]);
  });
});

describe('options that do not go together', () => {
  it.each([
    [['--table', 't'], 'expected --clickhouse-url with --table'],
    [['--clickhouse-url', 'http://h'], 'expected --table with --clickhouse-url'],
    [
      ['--clickhouse-url', 'http://h', '--table', 't', '--input', 'x.csv'],
      'expected --input or --table, got both',
    ],
    [
      ['--clickhouse-url', 'http://h', '--table', 't', '--engine', 'stream'],
      '--engine stream reads files, and --table is read by the server',
    ],
    [['--clickhouse-url', 'http://h', '--table', 't', '--incremental'], '--incremental is for files'],
  ])('%j', async (args, sentence) => {
    const { code, err } = await build(args);
    expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it.each([
    [
      'http://user:secret@h:8123',
      'expected an address without user, password and settings for --clickhouse-url (h:8123)',
    ],
    [
      'http://h:8123/?password=secret',
      'expected an address without user, password and settings for --clickhouse-url (h:8123)',
    ],
    [
      'user:secret@h:8123',
      'expected an address such as http://localhost:8123 for --clickhouse-url, got "…@h:8123"',
    ],
    ['h:8123', 'expected an address such as http://localhost:8123 for --clickhouse-url, got "h:8123"'],
  ])('an address such as %s is refused', async (url, sentence) => {
    const { code, err } = await build(['--clickhouse-url', url, '--table', 't']);
    expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
    expect(err).not.toContain('secret');
  });
});
