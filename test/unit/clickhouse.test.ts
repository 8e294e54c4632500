import { createServer, type Server, type ServerResponse } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../build/engines/clickhouse/columns.ts';
import { clickHouseError } from '../../build/engines/clickhouse/failure.ts';
import { countRows } from '../../build/engines/clickhouse/result.ts';
import { periodOffset } from '../../build/engines/clickhouse/sql/calendar.ts';
import { MOST_ROWS } from '../../build/engines/clickhouse/sql/cube.ts';
import { identifier, literal } from '../../build/engines/clickhouse/sql/literals.ts';
import { Steps } from '../../build/engines/clickhouse/sql/steps.ts';
import { urlInput } from '../../build/engines/clickhouse/urls.ts';
import { isUrl } from '../../build/read/address.ts';
import { FIELDS, type Field } from '../../src/core/config/config.ts';
import { Cube, cubeLayout } from '../../src/core/cube/cube.ts';
import { shippedConfig } from '../support/histories.ts';
import { build } from './support/command.ts';

const COLUMNS = Object.fromEntries(FIELDS.map((field) => [field, field])) as Record<Field, string>;

describe('what a user writes becomes SQL only as text or as a name', () => {
  it.each([
    ['plain', "'plain'", '`plain`'],
    ["it's", "'it\\'s'", "`it\\'s`"],
    ['a`b', "'a`b'", '`a\\`b`'],
    ['back\\slash', "'back\\\\slash'", '`back\\\\slash`'],
    ["\\'; DROP TABLE x --", "'\\\\\\'; DROP TABLE x --'", "`\\\\\\'; DROP TABLE x --`"],
    ['line\nend\0', "'line\\nend\\0'", '`line\\nend\\0`'],
  ])('%j', (text, asLiteral, asIdentifier) => {
    expect(literal(text)).toBe(asLiteral);
    expect(identifier(text)).toBe(asIdentifier);
  });

  it('whatever it is, no quote in it ends it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(literal(text)).toMatch(/^'(?:[^'\\]|\\.)*'$/s);
        expect(identifier(text)).toMatch(/^`(?:[^`\\]|\\.)*`$/s);
      }),
    );
    expect(() => literal('\ud800')).toThrow(TypeError);
  });
});

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
    FIELDS.map((field) => ({ name: field, type: types[field] ?? 'String' }));

  it.each([
    ['String', 'text', '`timestamp`'],
    ['Nullable(String)', 'text', "ifNull(`timestamp`, '')"],
    ['LowCardinality(String)', 'text', 'CAST(`timestamp` AS String)'],
    ['LowCardinality(Nullable(String))', 'text', "ifNull(CAST(`timestamp` AS Nullable(String)), '')"],
    ['UInt32', 'text', 'toString(`timestamp`)'],
    ['Date', 'seconds', expect.stringContaining('toUInt16(`timestamp`)')],
    ["DateTime('Asia/Tokyo')", 'seconds', expect.stringContaining('toUInt32(`timestamp`)')],
    ["Nullable(DateTime64(6, 'UTC'))", 'seconds', expect.stringContaining('1000000')],
    ['SimpleAggregateFunction(anyLast, Nullable(String))', 'text', "ifNull(`timestamp`, '')"],
    [
      "SimpleAggregateFunction(max, DateTime('Asia/Tokyo'))",
      'seconds',
      expect.stringContaining('toUInt32(`timestamp`)'),
    ],
  ])('of type %s are read as %s', (type, kind, sql) => {
    expect(columnsOf(described({ timestamp: type }), COLUMNS).timestamp).toMatchObject({ kind, sql });
  });

  it('are found by the names of the config; one that may be missing is empty', () => {
    const without = described({}).filter(({ name }) => name !== 'first_order_ts');
    expect(columnsOf(without, COLUMNS).first_order_ts).toEqual({ kind: 'text', sql: "''" });
    expect(() => columnsOf(without.slice(1), COLUMNS)).toThrow('expected a column "timestamp"');
  });

  it('hold one value in each row', () => {
    expect(() => columnsOf(described({ total_orders: 'Array(UInt8)' }), COLUMNS)).toThrow(
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

describe('what the query gives back', () => {
  it('are groups of the cube, of periods that SQL counts from another one', () => {
    const layout = cubeLayout(shippedConfig());
    const bands = fc.tuple(
      ...layout.segments.map(({ bands: { length } }) => fc.integer({ min: -1, max: length - 1 })),
    );
    fc.assert(
      fc.property(bands, fc.integer({ min: -20_000, max: 90_000 }), (positions, period) => {
        const cube = new Cube(layout);
        cube.addRows('Peru', period, positions, 5, 3);
        const [[group = 0] = []] = cube.country('Peru').groups;
        const sql = group + periodOffset(layout.period) * layout.combinations;
        const row = [Buffer.from('Peru').toString('hex'), '0', String(sql), '5', '3', '1', '-60', '60', '0'];
        const counted = countRows([row], layout).cube;
        expect(counted.country('Peru')).toEqual({ ...cube.country('Peru'), totalOrdersFilled: 1 });
        expect([counted.firstTimestamp, counted.lastTimestamp]).toEqual([-60, 60]);
      }),
    );
  });

  it('is refused when it may be cut short: there are as many rows as the query is limited to', () => {
    const layout = cubeLayout(shippedConfig());
    const row = [Buffer.from('Peru').toString('hex'), '1', '0', '', '1', '0', '0', '0', '0'];
    const rows = Array<string[]>(MOST_ROWS).fill(row);
    expect(() => countRows(rows, layout)).toThrow(
      /^expected at most [\d_,]+ distinct combinations.*got more/,
    );
    expect(countRows(rows.slice(1), layout).rows).toBe(MOST_ROWS - 1);
  });

  it('must be countries in UTF-8', () => {
    const row = ['FF', '0', '0', '5', '1', '0', '0', '0', '0'];
    expect(() => countRows([row], cubeLayout(shippedConfig()))).toThrow('expected country codes in UTF-8');
  });
});

describe('steps', () => {
  it('are nested in the order of what they need, or written flat', () => {
    const steps = new Steps(false);
    const a = steps.define('a', '`x` + 1');
    const b = steps.define('b', `${a} * 2`);
    expect(steps.nested('t', [a, b]).replace(/\s+/g, ' ')).toBe(
      '( SELECT ve_a, ve_a * 2 AS ve_b FROM ( SELECT `x` + 1 AS ve_a FROM t ) )',
    );
    expect(steps.with().replace(/\s+/g, ' ')).toBe('WITH `x` + 1 AS ve_a, ve_a * 2 AS ve_b');
    expect(() => steps.define('a', '1')).toThrow('defined twice');
    expect(steps.define('c', '`ve_orders` + 1')).toBe('ve_c');
  });
});

describe('addresses', () => {
  it('takes no web address of several files, whose headers would count as rows', () => {
    expect(() => urlInput('https://h/history-{1..3}.csv')).toThrow(
      /history-\{1\.\.3\}\.csv: expected .* one file/,
    );
    expect(urlInput('s3://bucket/history-{1..3}.csv').name).toBe('s3://bucket/history-{1..3}.csv');
  });

  it('names an address as it is where its percent signs encode nothing', () => {
    expect(urlInput('https://h/100%E0.csv').name).toBe('https://h/100%E0.csv');
  });

  it('are told from files, and named without what may be a signature', () => {
    expect(['https://h/x.csv', 's3://b/x.csv', 'http:/x.csv', 'x.csv', '/a/https://b'].map(isUrl)).toEqual([
      ...[true, true, false, false, false],
    ]);
    expect(urlInput('https://user:secret@h/a%20b.csv?X-Signature=1')).toMatchObject({
      name: 'https://h/a b.csv',
    });
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
      'expected --engine clickhouse with --table',
    ],
    [
      ['--clickhouse-url', 'http://h', '--table', 't', '--incremental'],
      'expected --incremental with an engine that reads files',
    ],
    [['--explain'], 'expected --engine clickhouse with --explain'],
    [['--input', 'https://h/x.csv'], 'expected --engine clickhouse, which reads addresses'],
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
