import fc from 'fast-check';
import type { ColumnDecoder, PageHeader } from 'hyparquet/src/types.js';
import { expect, it } from 'vitest';
import { csvFields } from '../../../build/files/csv.ts';
import { CsvBytes, viewOf } from '../../../build/read/csv-bytes.ts';
import { CODECS } from '../../../build/read/parquet-codecs.ts';
import type { NumberColumn } from '../../../build/read/parquet-numbers.ts';
import { decodePage } from '../../../build/read/parquet-page.ts';
import { readParquetRows } from '../../../build/read/parquet-rows.ts';
import { secondsText } from '../../../build/read/seconds-text.ts';
import { encodeWithBadBytes } from '../../../src/core/history/utf8.ts';
import { runs } from '../../support/runs.ts';
import { watchCases } from '../support/case-watch.ts';
import { temporaryFolder } from '../support/files.ts';
import { parquetFile } from '../support/parquet.ts';

const { write } = temporaryFolder();
const beginCase = watchCases();

const LINE_END = viewOf(Buffer.from('\n'));

/** The columns timestamp, total_orders and country_code of a file, as texts and as numbers. */
async function read(content: Uint8Array) {
  const path = write('values.parquet', content);
  const texts: string[][] = [];
  const numbers: number[][] = [];
  const bytes = new CsvBytes();
  const wanted = ['timestamp', 'total_orders', 'country_code'];
  const uses: NumberColumn[] = [
    { kind: 'time', read: () => Number.NaN },
    { kind: 'whole', read: () => Number.NaN },
  ];
  await readParquetRows(
    { path, name: 'values.parquet', size: content.length },
    {
      choose: (names) => wanted.map((name, at) => ({ position: names.indexOf(name), numbers: uses[at] })),
      onRow(row) {
        numbers.push([row.number(0), row.number(1)]);
        texts.push(row.texts());
        row.write(bytes, LINE_END);
      },
      onBytes() {},
      onBatch: async () => {},
    },
  );
  const lines = texts.map((fields) => `${csvFields(fields)}\n`);
  // Bytes that are not UTF-8 are written as they were.
  expect(Buffer.from(bytes.take(true) ?? [])).toEqual(Buffer.from(encodeWithBadBytes(lines.join(''))));
  return { texts, numbers };
}

const row = fc.tuple(
  fc.option(
    fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(2n ** 51n), max: 2n ** 51n }),
    ),
  ),
  fc.option(fc.oneof(fc.nat(100), fc.integer())),
  fc.option(fc.string({ unit: 'grapheme', maxLength: 12 })),
);

it.each([
  ['TIMESTAMP_MICROS', 1_000_000n],
  ['TIMESTAMP_MILLIS', 1_000n],
] as const)(
  'values of %s, numbers and texts are read exactly, wherever some are missing and pages end',
  async (unit, perSecond) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(1, 64, 1 << 20),
        async (rows, pageSize) => {
          const column = (at: 0 | 1 | 2) => rows.map((fields) => fields[at]);
          const bytes = parquetFile(
            rows.length,
            {
              timestamp: { type: 'INT64', converted_type: unit, data: column(0) },
              total_orders: { type: 'INT32', data: column(1) },
              country_code: { type: 'BYTE_ARRAY', converted_type: 'UTF8', data: column(2) },
            },
            { pageSize, rowGroupSize: 17 },
          );
          const { texts, numbers } = await read(bytes);
          const seconds = rows.map(([value]) => {
            if (value === null) return null;
            const whole = value / perSecond;
            return Number(value % perSecond < 0n ? whole - 1n : whole);
          });
          expect(texts).toEqual(
            rows.map(([, orders, country], at) => [
              seconds[at] === null ? '' : secondsText(seconds[at] ?? 0),
              orders === null ? '' : String(orders),
              country ?? '',
            ]),
          );
          const inYears = (value: number) => value >= -62_167_219_200 && value <= 253_402_300_799;
          expect(numbers).toEqual(
            rows.map(([, orders], at) => {
              const time = seconds[at];
              return [
                time == null ? Number.NEGATIVE_INFINITY : inYears(time) ? time : Number.POSITIVE_INFINITY,
                orders === null ? Number.NEGATIVE_INFINITY : orders >= 0 ? orders : Number.POSITIVE_INFINITY,
              ];
            }),
          );
        },
      ),
      { numRuns: 30 },
    );
  },
);

it('writes a second as a Date does, for all years', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), (seconds) => {
      expect(secondsText(seconds)).toBe(new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'));
    }),
  );
});

it('writes numbers as String does, and texts in quotes where CSV wants them', () => {
  const numbers = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.integer().map((hundredths) => hundredths / 100),
    fc.integer().map((thousandths) => thousandths / 1000),
    fc.constantFrom(-0, 0.1, 0.29, 1.1, 2 ** 31, 2 ** 31 - 1, 21474836.47, 21474836.48, 0.005, 4.35, 1e21),
  );
  fc.assert(
    fc.property(fc.array(numbers), fc.array(fc.string({ unit: 'binary' })), (all, texts) => {
      const into = new CsvBytes();
      const expected = [...all.map(String), ...texts.map((text) => csvFields([text]))];
      all.forEach((number) => {
        into.number(number);
        into.text(' ');
      });
      texts.forEach((text) => {
        into.text(text);
        into.text(' ');
      });
      const written = Buffer.from(into.take(true) ?? []).toString('latin1');
      const wanted = encodeWithBadBytes(expected.map((text) => `${text} `).join(''));
      expect(written).toBe(Buffer.from(wanted).toString('latin1'));
    }),
    { numRuns: runs(40) },
  );
});

it('flags are read, and written as true and false', async () => {
  const flags = [true, false, null, true, true, false, false, true, null, true];
  const bytes = parquetFile(flags.length, { country_code: { type: 'BOOLEAN', data: flags } });
  const { texts } = await read(bytes);
  expect(texts.map((row) => row[2])).toEqual(flags.map((flag) => (flag === null ? '' : String(flag))));
});

it('a byte that is another one is refused or read, and never ends the process', async () => {
  const values = Array.from({ length: 200 }, (_, at) => BigInt(at) * 1_000_000n);
  const good = parquetFile(
    200,
    {
      timestamp: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS', data: values },
      total_orders: { type: 'INT32', data: values.map((_, at) => at % 7) },
      country_code: {
        type: 'BYTE_ARRAY',
        data: values.map((_, at) => Buffer.from(at % 3 ? 'Peru' : 'China')),
      },
    },
    { codec: 'UNCOMPRESSED', pageSize: 300 },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const bad = Uint8Array.from(good);
      bad[at] = (bad[at] ?? 0) ^ change;
      beginCase(`byte ${at} of damaged Parquet changed by ${change}`);
      const outcome = await read(bad).catch((error: Error) => error);
      if (outcome instanceof Error) expect(outcome.name).toBe('DataError');
    }),
    { numRuns: runs(100), examples: [[1771, 128]] },
  );
});

it.each([
  ['flags', 'RLE', 'BOOLEAN'],
  ['converted', 'PLAIN', 'FLOAT'],
] as const)(
  'a run of a damaged page that goes on for billions ends with the page: %s',
  (storage, encoding, type) => {
    const run = [...little(6, 4), 0xfe, 0xff, 0xff, 0xff, 0x0f, 1];
    const bytes = Uint8Array.from([...run, ...(storage === 'flags' ? run : [0, 0, 0, 0, 0, 0, 128, 63])]);
    const size = { uncompressed_page_size: bytes.length, compressed_page_size: bytes.length };
    const header = {
      type: 'DATA_PAGE',
      ...size,
      data_page_header: { num_values: 2, encoding },
    } as PageHeader;
    const decoder = {
      codec: 'UNCOMPRESSED',
      type,
      element: { type },
      schemaPath: [],
    } as unknown as ColumnDecoder;
    const { present, values } = decodePage(bytes, header, decoder, storage, 0);
    expect(present).toBeNull();
    expect(values).toEqual(
      storage === 'flags'
        ? { kind: 'flags', flags: Uint8Array.of(1, 1) }
        : { kind: 'converted', values: Float32Array.of(0, 1) },
    );
  },
);

const little = (number: number, bytes: number) =>
  Array.from({ length: bytes }, (_, at) => Math.floor(number / 2 ** (8 * at)) & 0xff);

it('a page of SNAPPY whose lengths are damaged is refused or read, and never goes back over itself', async () => {
  const values = Array.from({ length: 200 }, (_, at) => BigInt(at) * 1_000_000n);
  const good = parquetFile(200, {
    timestamp: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS', data: values },
    total_orders: { type: 'INT32', data: values.map((_, at) => at % 7) },
    country_code: { type: 'BYTE_ARRAY', data: values.map((_, at) => Buffer.from(`c${at % 5}`)) },
  });
  // 252 begins a literal whose length is in the four bytes after it. One place in four, from a random one on.
  for (let at = 40 + Math.floor(4 * Math.random()); at < 400; at += 4) {
    const bad = Uint8Array.from(good);
    bad[at] = 252;
    beginCase(`byte ${at} of SNAPPY is 252`);
    const outcome = await read(bad).catch((error: Error) => error);
    if (outcome instanceof Error) expect(outcome.name).toBe('DataError');
  }
});

it('a page of SNAPPY that is shorter than its header says is refused: nothing of the page before it is left in it', () => {
  // 3 bytes in all, of which each is a literal.
  const page = Uint8Array.of(3, 2 << 2, 97, 98, 99);
  expect(Buffer.from(CODECS.SNAPPY?.(page, 3) ?? []).toString()).toBe('abc');
  expect(() => CODECS.SNAPPY?.(page, 5)).toThrow('another length');
  expect(() => CODECS.SNAPPY?.(Uint8Array.of(3, 2 << 2, 97), 3)).toThrow();
  expect(Buffer.from(CODECS.SNAPPY?.(page, 3) ?? []).toString()).toBe('abc');
});
