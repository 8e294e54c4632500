import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../build/engines/clickhouse/database.ts';
import { COMPILED, countFiles } from '../../build/engines/clickhouse/files.ts';
import { literal } from '../../build/engines/clickhouse/sql/literals.ts';
import { restored, unquotedLine } from '../../build/engines/clickhouse/sql/quotes.ts';
import { FIELDS, type Field } from '../../src/core/config/config.ts';
import { cubeLayout } from '../../src/core/cube/cube.ts';
import { PERIODS } from '../../src/core/period.ts';
import { cubeOf, rawRow, shippedConfig } from '../support/histories.ts';
import { oddRows } from '../support/odd-rows.ts';
import { build, ROOT } from '../unit/support/command.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { parquetFile } from '../unit/support/parquet.ts';
import { chdbMissing, isChdbInstalled, openEmbedded } from './support/chdb.ts';
import { factsOf } from './support/facts.ts';
import { fieldsOf, tabSeparated } from './support/tables.ts';

const folder = temporaryFolder();
const HEADER = FIELDS.join(',');
const GOOD = '2018-07-21,Peru,2018-06-20,2018-01-01,15,2640';
const LATE = '2018-07-21,Peru,2018-07-22,2018-01-01,15,2640';
let builds = 0;

/** What a build says of inputs, and what it rejects, without what differs from run to run. */
async function outcome(engine: string, inputs: readonly string[], withRejects = true, config?: string) {
  const at = join(folder.path, `build-${builds++}`);
  const rejects = join(at, 'rejects.csv');
  const { code, out, err } = await build([
    ...inputs.flatMap((input) => ['--input', input]),
    ...['--engine', engine, '--out', join(at, 'out'), '--json'],
    ...(config === undefined ? [] : ['--config', config]),
    ...(withRejects ? ['--rejects', rejects] : []),
  ]);
  // How far it came is said when it takes long.
  if (code !== 0) return { code, err: err.slice(err.indexOf('error:')) };
  const { version, quality, sources } = JSON.parse(out);
  return { code, version, quality, sources, rejects: withRejects ? readFileSync(rejects, 'utf8') : '' };
}

async function expectSame(...inputs: string[]): Promise<void> {
  const [ours, theirs] = [await outcome('clickhouse', inputs), await outcome('stream', inputs)];
  expect(ours).toEqual(theirs);
}

/** Whether ClickHouse reads a file, or leaves it to the other engines. */
async function isRead(path: string): Promise<boolean> {
  const { code, out, err } = await build(['--input', path, '--engine', 'clickhouse', '--explain']);
  expect(code, err).toBe(0);
  return out.includes('SELECT');
}

describe.runIf(isChdbInstalled)(`the engine clickhouse on files${chdbMissing}`, () => {
  const plain: [string, string | Buffer][] = [
    ['a plain file', `${HEADER}\n${GOOD}\n${LATE}\n`],
    ['a file that ends without a line end', `${HEADER}\n${GOOD}\n${LATE}`],
    ['a header and nothing else', `${HEADER}\n`],
    ['a header without a line end', HEADER],
    ['CRLF', `${HEADER}\r\n${GOOD}\r\n${LATE}\r\n`],
    ['a byte order mark', `\ufeff${HEADER}\n${GOOD}\n${LATE}\n`],
    [
      'a byte order mark before the country',
      `\ufeffcountry_code,${HEADER.replace('country_code,', '')}\nPeru,2018-07-21,2018-06-20,,1,2\n`,
    ],
    ['blank lines', `\n\n${HEADER}\n\n${GOOD}\n   \n\t\n${LATE}\n\n\n`],
    ['too few and too many fields', `${HEADER}\n${GOOD}\n${GOOD},\n${GOOD},x\n1,2\nx\n,\n${LATE}\n`],
    ['a delimiter at the end of short rows', `${HEADER}\n2018-07-21,Peru,\n,,,,,\n,,,,,,\n${GOOD}\n`],
    ['semicolons', `${HEADER}\n${GOOD}\n`.replaceAll(',', ';')],
    ['tabs', `${HEADER}\n${GOOD}\n`.replaceAll(',', '\t')],
    ['pipes', `${HEADER}\n${GOOD}\n`.replaceAll(',', '|')],
    [
      'other columns in another order',
      `note,${FIELDS.toReversed().join(',')},more\na,2640,15,2018-01-01,2018-06-20,Peru,2018-07-21,\n`,
    ],
    [
      'no first_order_ts',
      `timestamp,country_code,last_order_ts,total_orders,voucher_amount\n2018-07-21,Peru,2018-06-20,3,5\n`,
    ],
    ['the header once more', `${HEADER}\n${GOOD}\n${HEADER}\n${LATE}\n`],
    ['empty texts in quotes', `${HEADER}\n2018-07-21,Peru,2018-06-20,"","",""\n"","","","","",""\n${GOOD}\n`],
    ['every field in quotes', `${HEADER}\n${GOOD}\n${LATE}\n`.replaceAll(/[^,\n]+/g, '"$&"')],
    [
      'delimiters and quotes in quotes',
      `${HEADER}\n2018-07-21,"Korea, ""South""",2018-06-20,,3,5\n2018-07-21,"""x""",2018-06-20,,"1,5","2,5"\n"2018-07-21","Korea, ""South""",2018-07-22,,3,5\n`,
    ],
    ['a line of one empty text', `${HEADER}\n""\n" "\n${GOOD}\n`],
    ['a line of one empty text among plain ones', `${HEADER}\n${GOOD}\n""\n${LATE}\n`],
    [
      'times that an offset leads out of the years 0 to 9999',
      `${HEADER}\n${GOOD}\n9999-12-31T23:59:59-00:01,Peru,2018-06-20,,3,5\n0000-01-01T00:00:00+00:01,Peru,0000-01-01T00:00+23:59,,3,5\n`,
    ],
    [
      'apostrophes and backslashes',
      `${HEADER}\n2018-07-21,'Peru',2018-06-20,,3,5\n2018-07-21,Pe\\ru\\,2018-06-20,,3,5\n2018-07-21,\\N,2018-06-20,NULL,3,5\n`,
    ],
    [
      'texts that are not ASCII',
      `${HEADER}\n2018-07-21,Côte d’Ivoire,2018-06-20,,3,5\n2018-07-21,\u3000中国\u00a0,2018-06-20,,3,5\n`,
    ],
    [
      'a byte order mark within, before a row with quotes',
      `${HEADER}\n${GOOD}\n\ufeff2018-07-21,"Peru",2018-07-22,,3,5\n`,
    ],
    ['no row that is kept', `${HEADER}\n${LATE}\n`],
  ];
  it.each(plain)('reads %s as the stream engine does', async (_, text) => {
    const path = folder.write(`plain-${builds++}.csv`, text);
    expect(await isRead(path)).toBe(true);
    await expectSame(path);
  });

  it.each<[string, string | Buffer]>([
    ['a line end in quotes', `${HEADER}\n2018-07-21,"Pe\nru",2018-06-20,,3,5\n${LATE}\n`],
    ['a quote that is not closed', `${HEADER}\n2018-07-21,"Peru,2018-06-20,,3,5\n${GOOD}\n${LATE}\n`],
    [
      'a quote within a field',
      `${HEADER}\n2018-07-21,Pe"ru,2018-06-20,,3,5\n2018-07-21,"Pe"ru,2018-06-20,,3,5\n2018-07-21,5"",2018-06-20,,3,5\n`,
    ],
    ['white space around quotes', `${HEADER}\n2018-07-21, "Peru" ,2018-06-20,,3,5\n${GOOD}\n`],
    ['a CR within a line', `${HEADER}\n${GOOD}\n2018-07-21,Pe\rru,2018-06-20,,3,5\n`],
    ['CR alone for line ends', `${HEADER}\r${GOOD}\r${LATE}\r`],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}\n${GOOD}\n`, 'utf16le')],
    [
      'bytes that are no text',
      Buffer.concat([
        Buffer.from(`${HEADER}\n${GOOD}\n2018-07-21,Pe`),
        Buffer.of(0xff, 0xfe),
        Buffer.from(`ru,2018-06-20,,3,5\n`),
      ]),
    ],
    ['a NUL', `${HEADER}\n${GOOD}\n2018-07-21,Pe\0ru,2018-06-20,,3,5\n`],
    ['an empty file', ''],
    ['a line that is too long', `${HEADER}\n${GOOD}\n${'x'.repeat(1 << 21)}\n${GOOD}\n`],
    [
      'a line that is too long behind others, and not ASCII',
      `${HEADER}\n${`${GOOD}\n`.repeat(9000)}${'é'.repeat(1 << 21)}\n${GOOD}\n`,
    ],
    [
      'a line that is too long in compressed text',
      gzipSync(`${HEADER}\n${GOOD}\n${'x'.repeat(1 << 21)}\n${GOOD}\n`),
    ],
    ['zeros behind compressed text', Buffer.concat([gzipSync(`${HEADER}\n${GOOD}\n`), Buffer.alloc(512)])],
    ['a header of two lines', `"timestamp\n",${HEADER.replace('timestamp,', '')}\n${GOOD}\n`],
    ['a missing column', `timestamp,country,last_order_ts,total_orders,voucher_amount\n${GOOD}\n`],
    ['a workbook', 'PK\x03\x04 and so on'],
  ])('leaves a file with %s to other engines, which say the same of it', async (_, text) => {
    await expectSame(folder.write(`strange-${builds++}.csv`, text));
  });

  it('reads any rows, however they are written, by any config, as the stream engine does', async () => {
    const options = fc.record({
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      newline: fc.constantFrom('\n', '\r\n'),
      quotes: fc.constantFrom('none', 'needed', 'empty', 'all'),
      malformed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(oddRows, { minLength: 100, maxLength: 400 }),
        options,
        configs,
        async (rows, how, config) => {
          const path = folder.write(`any-${builds}.csv`, csvText(rows.map(fieldsOf), how));
          const by = folder.write(`any-${builds++}.json`, JSON.stringify(config));
          const ours = await outcome('clickhouse', [path], true, by);
          expect(ours).toEqual(await outcome('stream', [path], true, by));
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('reads a file again that was changed between the reading of its rows and of its hash', async () => {
    const other = GOOD.replace('2640', '4400');
    const path = folder.write('changing.csv', `${HEADER}\n${GOOD}\n`);
    const database = await openEmbedded();
    const changing: Database = {
      async rows(sql, settings) {
        const rows = await database.rows(sql, settings);
        writeFileSync(path, `${HEADER}\n${other}\n`);
        return rows;
      },
    };
    const config = shippedConfig();
    const size = `${HEADER}\n${GOOD}\n`.length;
    const job = {
      config,
      layout: cubeLayout(config),
      inputs: [{ path, name: 'a.csv', size }],
      rejects: null,
      onProgress() {},
    };
    const { cube, sources } = await countFiles(job, changing);
    expect(factsOf(cube)).toEqual(factsOf(cubeOf([rawRow(other.split(','))], config)));
    expect(sources[0]?.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
  });

  it('makes the same cube of rows with the query of plain rows and with that of all forms', async () => {
    const database = await openEmbedded();
    const refuses: Database = {
      async rows(sql, settings = '') {
        if (settings.includes('max_rows_to_group_by')) throw new Error('Code: 158. DB::Exception: too many');
        return await database.rows(sql, settings);
      },
    };
    // Rows that are plain in all but one field, too: each form has to be known for what it is.
    const plain = ['2018-07-21 18:59:21.102761', 'Peru', '2018-06-20', '2018-01-01 00:00:00', '15.0', '2640'];
    const rows = fc.sample(oddRows, 3000).map(fieldsOf);
    const nearly = rows.flatMap((row) => row.map((text, at) => plain.with(at, text)));
    const all = [...rows, ...nearly].map((row) => row.map((text) => text.replaceAll(/[",\r\n\0]/g, '')));
    const text = csvText(all, { delimiter: ',', newline: '\n', quotes: 'empty', malformed: false });
    const path = folder.write('plain and not.csv', text);
    const config = shippedConfig();
    const input = { path, name: 'a.csv', size: Buffer.byteLength(text) };
    const job = { config, layout: cubeLayout(config), inputs: [input], rejects: null, onProgress() {} };
    const expected = factsOf(cubeOf(all.map(rawRow), config));
    // As large files are read.
    const compiles: Database = {
      rows: (sql, settings = '') => database.rows(sql, [settings, COMPILED].filter(Boolean).join(', ')),
    };
    for (const one of [database, refuses, compiles]) {
      expect(factsOf((await countFiles(job, one)).cube)).toEqual(expected);
    }
  });

  it('tells which of two times of a day comes first', async () => {
    const clock = (second: number) => new Date(second * 1000).toISOString().slice(11, 19);
    const seconds = Array.from({ length: 3000 }, (_, at) => (at * 7919) % 86_400);
    const rows = seconds.flatMap((second, at) => [
      `2018-07-21 ${clock(second)},A,2018-07-21 ${clock(seconds.at(-at) ?? 0)}.999999,,3,5`,
      `2018-07-21 ${clock(second)}.000001,B,2018-07-21 18:12:16,,3,5`,
    ]);
    await expectSame(folder.write('one day.csv', `${[HEADER, ...rows].join('\n')}\n`));
  });

  it.each(PERIODS)('knows the days of every month, and puts them in their %s', async (period) => {
    const database = await openEmbedded();
    const clocks = [
      '',
      ' 00:00:00',
      ' 23:59:59.999999',
      ' 24:00:00',
      ' 23:60:59',
      ' 2 :00:00',
      ' 00:00:00 00000',
    ];
    const months = Array.from({ length: 139 * 14 }, (_, at) => [1969 + Math.floor(at / 14), at % 14]);
    const days = months.flatMap(([year, month]) =>
      ['00', '01', '28', '29', '30', '31', '32', ' 1', '1/'].map(
        (day) => `${year}-${String(month).padStart(2, '0')}-${day}`,
      ),
    );
    const rows = days.map((day, at) => {
      const time = `${day}${clocks[at % clocks.length]}`;
      return at % 2 === 0
        ? [time, 'Peru', '1970-01-01', '', '1', '5']
        : ['2105-12-31', 'Peru', time, day, '499', '5'];
    });
    const text = csvText(rows, { delimiter: ',', newline: '\n', quotes: 'none', malformed: false });
    const path = folder.write(`every month by ${period}.csv`, text);
    const config = { ...shippedConfig(), period };
    const input = { path, name: 'a.csv', size: Buffer.byteLength(text) };
    const job = { config, layout: cubeLayout(config), inputs: [input], rejects: null, onProgress() {} };
    const { cube } = await countFiles(job, database);
    expect(factsOf(cube)).toEqual(factsOf(cubeOf(rows.map(rawRow), config)));
  });

  it('reads a large file of which hardly a row is plain', async () => {
    const row = (second: number) => `${new Date(second * 1000).toISOString()},Peru,2018-06-20,,3,5`;
    const rows = Array.from({ length: 110_000 }, (_, at) => row(1_532_199_561 + at));
    await expectSame(folder.write('many forms.csv', `${[HEADER, ...rows].join('\n')}\n`));
  });

  it.each([
    ['no quotes', ''],
    ['those of two other columns', '2018-07-21,Peru,2018-06-20,"","",2640\n'],
    ['those of three other columns', '2018-07-21,Peru,"","",15,""\n'],
  ])('reads empty texts in quotes in columns where its start has none, but %s', async (_, start) => {
    const fields = GOOD.split(',');
    const quoted = fields.map((_, at) => fields.with(at, '""').join(','));
    const halves = fields.flatMap((_, at) => [fields.with(at, '"'), fields.with(at, '""""')]);
    const rows = [...quoted, ...quoted, ...halves.map((row) => row.join(',')), '"","","","","",""', '""'];
    const many = `${GOOD}\n${LATE}\n`.repeat(4000);
    await expectSame(folder.write(`late-${builds++}.csv`, `${HEADER}\n${start}${many}${rows.join('\n')}\n`));
  });

  it('splits any line that it takes as papaparse does, and leaves the others alone', async () => {
    const database: Database = await openEmbedded();
    const piece = fc.constantFrom(
      '"',
      '""',
      '"a"',
      '"a,b"',
      '"a""b"',
      ',',
      'a',
      ' ',
      '"',
      "'",
      '\\',
      ',"",',
      'é',
    );
    const lines = fc
      .sample(fc.array(piece, { minLength: 1, maxLength: 9 }), 20_000)
      .map((pieces) => pieces.join(''));
    const quoted = [...new Set(lines.filter((line) => line.includes('"')))];
    const path = folder.write('lines.tsv', tabSeparated(quoted.map((line) => [line])));
    const fields = `arrayMap(f -> ${restored('f', ',')}, splitByChar(',', plain))`;
    const answer = (await database.rows(
      `SELECT line, toString(position(plain, '"') > 0), ${fields}
FROM (SELECT line, ${unquotedLine(',')} AS plain FROM file(${literal(path)}, 'TSV', 'line String'))`,
    )) as unknown as [string, string, string[]][];
    expect(answer).toHaveLength(quoted.length);
    const taken = answer.filter(([, isLeft]) => isLeft === '0');
    expect(taken.length).toBeGreaterThan(500);
    for (const [line, , found] of taken) {
      const { data, errors } = Papa.parse<string[]>(line, { delimiter: ',', newline: '\n' });
      expect([line, found, errors]).toEqual([line, data[0], []]);
    }
  });

  it('reads compressed files and several at once, and adds them up', async () => {
    const text = `${HEADER}\n${GOOD}\n${LATE}\n`;
    await expectSame(
      folder.write('many/a.csv', text),
      folder.write('many/b.csv.gz', gzipSync(text)),
      folder.write('many/c.csv.zst', zstdCompressSync(text)),
      folder.write(
        'many/d (gzip by its content).csv',
        gzipSync(`${text}2018-07-21,"x\ny",2018-06-20,,3,5\n`),
      ),
      folder.write("many/it's.csv", text),
      `${folder.path}/many/*.gz`,
    );
    await expectSame(folder.write('cut.csv.gz', gzipSync(text.repeat(1000)).subarray(0, -20)));
  });

  it.skipIf(process.platform === 'win32').each(['*.csv', '{it,d}.csv', 'a?csv', 'a.zip :: b.csv'])(
    'reads the file %s, and not those that ClickHouse would take it for',
    async (name) => {
      folder.write('named/d.csv', `${HEADER}\n${GOOD}\n${LATE}\n`);
      folder.write('named/a.csv', `${HEADER}\n${LATE}\n`);
      await expectSame(folder.write(`named/${name}`, `${HEADER}\n${GOOD}\n${GOOD}\n`));
    },
  );

  it('reads Parquet with columns of any type as the stream engine does', async () => {
    const path = folder.write(
      'typed.parquet',
      parquetFile(4, {
        timestamp: {
          type: 'INT64',
          converted_type: 'TIMESTAMP_MICROS',
          data: [1_532_199_561_102_761n, -500_000n, null, 1_532_131_200_000_000n],
        },
        country_code: { type: 'BYTE_ARRAY', converted_type: 'UTF8', data: ['Peru', 'Perú ', 'Peru', null] },
        last_order_ts: { type: 'INT32', converted_type: 'DATE', data: [17_702, -100, 17_702, 17_702] },
        first_order_ts: {
          type: 'BYTE_ARRAY',
          converted_type: 'UTF8',
          data: ['2018-01-01', '', null, '1960-02-29'],
        },
        total_orders: { type: 'DOUBLE', data: [15, 2.5, null, -0] },
        voucher_amount: { type: 'FLOAT', data: [0.1, Number.NaN, 5, 1e20] },
      }),
    );
    expect(await isRead(path)).toBe(true);
    await expectSame(path);
  });

  it('leaves Parquet with dates that ClickHouse does not have to other engines', async () => {
    const orders = [-31_484, 17_000, 120_531];
    const path = folder.write(
      'far dates.parquet',
      parquetFile(3, {
        timestamp: {
          type: 'INT64',
          converted_type: 'TIMESTAMP_MILLIS',
          data: orders.map((day) => BigInt(day + 31) * 86_400_000n - 1n),
        },
        last_order_ts: { type: 'INT32', converted_type: 'DATE', data: orders },
      }),
    );
    await expectSame(path);
    expect(await outcome('clickhouse', [path])).toMatchObject({ code: 0, quality: { rows_kept: 3 } });
  });

  it('reads Parquet timestamps of any century as the stream engine does', async () => {
    const moments = [-62_135_596_800, -3_000_000_000, -2_208_988_801, 4_294_967_296, 10_413_792_000];
    const data = moments.map((second) => BigInt(second) * 1000n - 1n);
    const element = { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', data } as const;
    await expectSame(
      folder.write('centuries.parquet', parquetFile(5, { timestamp: element, last_order_ts: element })),
    );
  });

  /** Three rows that are kept and one that is dropped, with one column of another type. */
  function typedFile(field: Field, column: NonNullable<Parameters<typeof parquetFile>[1]>[Field]): string {
    const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
    const columns = {
      timestamp: { ...text, data: ['2018-07-21', '2018-07-22', '2018-07-23', '2018-07-01'] },
      country_code: { ...text, data: ['Peru', 'Peru', 'Chile', 'Peru'] },
      last_order_ts: { ...text, data: ['2018-06-21', '2018-06-22', '2018-06-23', '2018-07-02'] },
      first_order_ts: { ...text, data: ['2018-01-21', '', null, '2018-01-01'] },
      total_orders: { ...text, data: ['3', '4', '5', '6'] },
      voucher_amount: { ...text, data: ['3', '4', '5.5', '6'] },
    };
    return folder.write(`typed-${builds++}.parquet`, parquetFile(4, { ...columns, [field]: column }));
  }

  const bytes = ['Peru', '{"b": 1.50}', 'y'].map((text) => new TextEncoder().encode(text));
  const [first, second, last] = bytes;
  const years = [253_402_300_800n, 253_402_300_799n, 300_000_000_000n, -62_167_219_201n];
  const micros = years.map((seconds) => seconds * 1_000_000n);

  it.each<[string, Field, Parameters<typeof typedFile>[1]]>([
    [
      'JSON',
      'country_code',
      { type: 'BYTE_ARRAY', converted_type: 'JSON', data: ['Peru', { a: 1 }, null, 2] },
    ],
    [
      'JSON of numbers',
      'voucher_amount',
      { type: 'BYTE_ARRAY', converted_type: 'JSON', data: [3, 4.5, null, 'x'] },
    ],
    [
      'JSON of a later writer',
      'country_code',
      { type: 'BYTE_ARRAY', logical_type: { type: 'JSON' }, data: [first, second, null, last] },
    ],
    [
      'BSON',
      'country_code',
      { type: 'BYTE_ARRAY', converted_type: 'BSON', data: [first, second, null, last] },
    ],
    [
      'ENUM',
      'country_code',
      { type: 'BYTE_ARRAY', converted_type: 'ENUM', data: [first, second, null, last] },
    ],
    [
      'UUID',
      'country_code',
      {
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: 16,
        logical_type: { type: 'UUID' },
        data: Array(4).fill('123e4567-e89b-12d3-a456-426614174000'),
      },
    ],
    ['BOOLEAN', 'country_code', { type: 'BOOLEAN', data: [true, false, null, true] }],
    [
      'DECIMAL',
      'voucher_amount',
      { type: 'INT64', converted_type: 'DECIMAL', scale: 2, precision: 18, data: [1.5, 0.25, null, 7] },
    ],
    [
      'numbers that are none',
      'voucher_amount',
      { type: 'DOUBLE', data: [Number.NaN, 1e21, null, -Infinity] },
    ],
    [
      'FLOAT16',
      'voucher_amount',
      {
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: 2,
        logical_type: { type: 'FLOAT16' },
        data: [0.1, 3, null, 0.3],
      },
    ],
    [
      'times before and after the years 0 to 9999',
      'timestamp',
      { type: 'INT64', converted_type: 'TIMESTAMP_MICROS', data: micros },
    ],
    [
      'times that no Date holds',
      'first_order_ts',
      { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', data: [2n ** 62n, -1n, null, -(2n ** 62n)] },
    ],
    [
      'the first nanoseconds there are',
      'timestamp',
      {
        type: 'INT64',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' },
        data: [1_532_199_561_102_761_000n, -(2n ** 63n), 2n ** 63n - 1n, 5n],
      },
    ],
  ])('reads a Parquet column of %s as the stream engine does', async (_, field, column) => {
    const path = typedFile(field, column);
    expect(await isRead(path)).toBe(true);
    await expectSame(path);
  });

  it.each<[string, Field, Parameters<typeof typedFile>[1]]>([
    [
      'a country that is a time',
      'country_code',
      { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', data: [5n, 6n, null, 7n] },
    ],
    ['a country that is a number', 'country_code', { type: 'DOUBLE', data: [1e21, -0, null, Number.NaN] }],
    [
      'an amount that is a time of day',
      'voucher_amount',
      { type: 'INT32', converted_type: 'TIME_MILLIS', data: [5, 6, null, 7] },
    ],
    [
      'bytes of one length',
      'country_code',
      {
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: 5,
        data: ['Peru\0', 'Chile', 'Kenya', 'Peru '].map((text) => new TextEncoder().encode(text)),
      },
    ],
    [
      'an interval',
      'voucher_amount',
      {
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: 12,
        converted_type: 'INTERVAL',
        data: Array(4).fill(new Uint8Array(12)),
      },
    ],
    [
      'a shape',
      'country_code',
      {
        type: 'BYTE_ARRAY',
        logical_type: { type: 'GEOMETRY' },
        data: [{ type: 'Point', coordinates: [1, 2] }, null, null, null],
      },
    ],
  ])('leaves Parquet with %s to the engine threads', async (_, field, column) => {
    const path = typedFile(field, column);
    expect(await isRead(path)).toBe(false);
    await expectSame(path);
  });

  it('says of Parquet that cannot be read what the stream engine says', async () => {
    await expectSame(folder.write('cut.parquet', 'PAR1 and no more'));
    // ClickHouse finds out while it reads: it has no days after the year 2299.
    await expectSame(
      typedFile('timestamp', { type: 'INT32', converted_type: 'DATE', data: [17_733, 120_531, 5, 6] }),
    );
    const columns = [{ name: 'country', data: ['Peru'] }];
    await expectSame(folder.write('other.parquet', Buffer.from(parquetWriteBuffer({ columnData: columns }))));
  });

  it('says in a sentence how to get chdb where it is not installed', async () => {
    const run = promisify(execFile);
    const hook = folder.write(
      'without-chdb.mjs',
      `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => {
  if (name === 'chdb') throw Object.assign(new Error('no chdb'), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(name, context);
} });`,
    );
    const args = [
      '--import',
      hook,
      `${ROOT}build/commands/build-artifact.ts`,
      '--engine',
      'clickhouse',
      '--out',
      join(folder.path, 'none'),
    ];
    const failure = await run(process.execPath, args, { cwd: ROOT }).then(
      () => null,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failure?.code).toBe(1);
    expect(failure?.stderr).toMatch(
      /^error: .*it is not installed\. Get it with `npm install --no-save chdb@\d/,
    );
  });

  describe('on addresses', () => {
    let server: Server;
    let base = '';
    const files = new Map<string, Buffer>();
    beforeAll(async () => {
      server = createServer((request, response) => {
        const body = files.get(new URL(request.url ?? '/', 'http://x').pathname);
        if (body === undefined) {
          response.writeHead(404).end('no such file');
          return;
        }
        const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
        const part = from === undefined ? body : body.subarray(Number(from), to ? Number(to) + 1 : undefined);
        response.writeHead(from === undefined ? 200 : 206, {
          'accept-ranges': 'bytes',
          'content-length': part.length,
          ...(from === undefined
            ? {}
            : { 'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${body.length}` }),
        });
        response.end(request.method === 'HEAD' ? undefined : part);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    it('gives the version that the file has', async () => {
      const text = `${HEADER}\n${GOOD}\n2018-07-21,"Korea, South",2018-06-20,,3,5\n1,2\n\n${LATE}\n`;
      files.set('/a.csv', Buffer.from(text));
      files.set('/a.csv.gz', gzipSync(text));
      const local = await outcome('stream', [folder.write('local.csv', text)]);
      for (const name of ['a.csv', 'a.csv.gz', 'a.csv?signature=secret']) {
        const { version, quality, sources, rejects } = await outcome('clickhouse', [`${base}/${name}`]);
        expect({ version, quality }).toEqual({ version: local.version, quality: local.quality });
        expect(sources).toMatchObject([{ name: `${base}/${name.replace(/\?.*/, '')}`, rows: 4 }]);
        expect(rejects?.split('\n').length).toBe(local.rejects?.split('\n').length);
      }
    });

    it('reads Parquet', async () => {
      const bytes = parquetFile(3, {
        timestamp: { type: 'BYTE_ARRAY', converted_type: 'UTF8', data: ['2018-07-21', '2018-07-22', 'x'] },
        last_order_ts: {
          type: 'BYTE_ARRAY',
          converted_type: 'UTF8',
          data: ['2018-06-21', '2018-06-22', 'x'],
        },
      });
      files.set('/a.parquet', Buffer.from(bytes));
      const local = await outcome('stream', [folder.write('local.parquet', bytes)]);
      expect((await outcome('clickhouse', [`${base}/a.parquet`])).version).toBe(local.version);
    });

    it.each([
      [
        'a line end in quotes',
        '/b.csv',
        `${HEADER}\n2018-07-21,"Pe\nru",2018-06-20,,3,5\n`,
        /expected CSV in UTF-8 with a header and a line for each row/,
      ],
      [
        'bytes that are no text',
        '/c.csv',
        Buffer.concat([Buffer.from(`${HEADER}\n${GOOD}\n`), Buffer.of(0xff)]),
        /expected CSV in UTF-8/,
      ],
      ['another kind of file', '/d.xlsx', 'x', /expected an address that ends in \.csv/],
      ['nothing', '/missing.csv', null, /there is no such file \(HTTP 404\) \(ClickHouse code 86\)/],
    ] as const)('refuses %s in a sentence', async (_, path, body, sentence) => {
      if (body !== null) files.set(path, Buffer.from(body));
      expect(await outcome('clickhouse', [base + path])).toMatchObject({
        code: 1,
        err: expect.stringMatching(sentence),
      });
    });

    it('is asked for by name: another engine reads files only', async () => {
      const { code, err } = await build(['--input', `${base}/a.csv`]);
      expect([code, err]).toEqual([
        2,
        expect.stringContaining('expected --engine clickhouse, which reads addresses'),
      ]);
    });
  });
});

interface How {
  delimiter: string;
  newline: string;
  quotes: 'none' | 'needed' | 'empty' | 'all';
  malformed: boolean;
}

/** Bands of every feature with gaps between them, of one value and without an end, in any order. */
const configs = fc.record({
  segments: fc.dictionary(
    fc.stringMatching(/^[a-z]{1,3}$/),
    fc.record({
      of: fc.constantFrom(
        ...(['total_orders', 'days_since_last_order', 'days_since_first_order', 'weekday', 'hour'] as const),
      ),
      bands: fc
        .uniqueArray(fc.nat(40), { minLength: 1, maxLength: 8 })
        .map((cuts) => bandsBetween(cuts.toSorted((a, b) => a - b)).toReversed()),
    }),
    { minKeys: 1, maxKeys: 4 },
  ),
  period: fc.constantFrom(...PERIODS),
});

/** Every other range between the cuts. */
function bandsBetween(cuts: readonly number[]) {
  return cuts.flatMap((min, index) => {
    const next = cuts[index + 1];
    return index % 2 ? [] : [{ name: `${min}…`, min, ...(next === undefined ? {} : { max: next - 1 }) }];
  });
}

function csvText(rows: readonly string[][], { delimiter, newline, quotes, malformed }: How): string {
  const field = (text: string) => {
    const special = text.includes(delimiter) || /["\r\n]/.test(text);
    if (quotes === 'none') return special ? 'special' : text;
    return special || quotes === 'all' || (quotes === 'empty' && text === '')
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  };
  const lines = rows.map((row, index) => {
    const line = row.map(field).join(delimiter);
    if (!malformed || index % 7 > 2) return line;
    return (
      [
        line + delimiter,
        row
          .slice(0, index % 6)
          .map(field)
          .join(delimiter),
        `${line}${delimiter}x`,
      ][index % 7] ?? line
    );
  });
  return [FIELDS.join(delimiter), ...lines, ''].join(newline);
}
