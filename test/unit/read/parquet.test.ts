import { createHash } from 'node:crypto';
import { readFileSync, truncateSync } from 'node:fs';
import { convert } from 'hyparquet/src/convert.js';
import type { ColumnDecoder, CompressionCodec, SchemaElement } from 'hyparquet/src/types.js';
import { describe, expect, it } from 'vitest';
import { PARSERS, valueReader } from '../../../build/read/parquet-values.ts';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import { noNotes } from '../../../src/core/history/unread.ts';
import { parseTime } from '../../../src/core/time.ts';
import { AS_SHIPPED } from '../../support/reading.ts';
import { COLUMNS } from '../support/csv.ts';
import { readFileRows, temporaryFolder } from '../support/files.ts';
import { parquetFile } from '../support/parquet.ts';

const folder = temporaryFolder();

/** The texts that a column's values become. */
async function textsOf(
  field: Field,
  column: Partial<SchemaElement> & { data: unknown[] },
): Promise<string[]> {
  const path = folder.write('column.parquet', parquetFile(column.data.length, { [field]: column }));
  return (await readFileRows(path)).rows.map((row) => row[field]);
}

describe('the pages of a Parquet file', () => {
  it.each<CompressionCodec>(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD', 'BROTLI', 'LZ4_RAW', 'LZ4'])(
    'are read when they are %s, many of them in many row groups',
    async (codec) => {
      const bytes = parquetFile(1000, {}, { codec, rowGroupSize: 300, pageSize: 600 });
      const {
        rows,
        lines,
        sha256,
        bytes: read,
      } = await readFileRows(folder.write(`${codec}.parquet`, bytes));
      expect(rows).toHaveLength(1000);
      for (const at of [0, 299, 300, 999]) {
        expect(rows[at]).toEqual(Object.fromEntries(FIELDS.map((field) => [field, `${field} ${at}`])));
        expect(lines[at]).toBe(at + 1);
      }
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(read).toBe(bytes.length);
    },
  );

  it('are read where the columns change pages at different rows', async () => {
    const data = Array.from({ length: 500 }, (_, index) => (index % 7 === 0 ? null : index));
    const columns = { total_orders: { type: 'INT32' as const, data } };
    const path = folder.write(
      'uneven.parquet',
      parquetFile(500, columns, { rowGroupSize: 350, pageSize: 257 }),
    );
    const { rows } = await readFileRows(path);
    expect(rows.map((row) => row.total_orders)).toEqual(
      data.map((value) => (value === null ? '' : String(value))),
    );
    expect(rows[499]?.country_code).toBe('country_code 499');
  });
});

describe('a value in a Parquet file', () => {
  const instant = Date.UTC(2018, 6, 21, 18, 59, 21);

  it.each<[string, Partial<SchemaElement>, unknown[], string[]]>([
    ['text', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }, ['Perú', null, ''], ['Perú', '', '']],
    ['bytes that are text', { type: 'BYTE_ARRAY' }, [new TextEncoder().encode('Perú')], ['Perú']],
    ['a whole number', { type: 'INT32' }, [15, -1, null], ['15', '-1', '']],
    ['a long whole number', { type: 'INT64' }, [15n, 9007199254740993n], ['15', '9007199254740993']],
    ['a double', { type: 'DOUBLE' }, [15, 0.1, null, Number.NaN], ['15', '0.1', '', 'NaN']],
    ['a float', { type: 'FLOAT' }, [0.1, 4400, 16777216], ['0.1', '4400', '16777216']],
    // Of so few digits, as a float: the next ones are those of its binary form.
    [
      'a short float',
      { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } },
      [0.1, 4400, null],
      ['0.099975586', '4400', ''],
    ],
    [
      'JSON',
      { type: 'BYTE_ARRAY', converted_type: 'JSON' },
      [{ a: [1, 'b'] }, 2.5, null],
      ['{"a":[1,"b"]}', '2.5', ''],
    ],
    [
      'bytes that are BSON',
      { type: 'BYTE_ARRAY', converted_type: 'BSON' },
      [new TextEncoder().encode('Perú')],
      ['Perú'],
    ],
    ['a boolean', { type: 'BOOLEAN' }, [true, false], ['true', 'false']],
    [
      'a decimal',
      { type: 'INT32', converted_type: 'DECIMAL', scale: 1, precision: 9 },
      [0.3, -0.7, 12],
      ['0.3', '-0.7', '12.0'],
    ],
    [
      'a long decimal',
      { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, converted_type: 'DECIMAL', scale: 2, precision: 38 },
      [440005n, -1n, 12345678901234567890n],
      ['4400.05', '-0.01', '123456789012345678.90'],
    ],
    [
      'a date',
      { type: 'INT32', converted_type: 'DATE' },
      [new Date(instant), -1, null],
      ['2018-07-21T00:00:00Z', '1969-12-31T00:00:00Z', ''],
    ],
    [
      'milliseconds',
      { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
      [new Date(instant + 999), -1n],
      ['2018-07-21T18:59:21Z', '1969-12-31T23:59:59Z'],
    ],
    [
      'microseconds',
      { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
      [BigInt(instant) * 1000n + 999_999n, -1n, -1_000_000n],
      ['2018-07-21T18:59:21Z', '1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z'],
    ],
    [
      'nanoseconds',
      { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } },
      [BigInt(instant) * 1_000_000n + 999_999_999n, -1n, null],
      ['2018-07-21T18:59:21Z', '1969-12-31T23:59:59Z', ''],
    ],
  ])('becomes the text that CSV would hold: %s', async (_, element, data, texts) => {
    expect(await textsOf('voucher_amount', { ...element, data })).toEqual(texts);
    // Through a dictionary too, which writers make of values that repeat.
    const repeated = Array.from({ length: 40 }, () => data).flat();
    expect(await textsOf('voucher_amount', { ...element, data: repeated })).toEqual(
      Array.from({ length: 40 }, () => texts).flat(),
    );
  });

  it('becomes text when it is an INT96 of nanoseconds', () => {
    const { element, toText } = valueReader({ type: 'INT96', name: 'timestamp' });
    const julianDay = (days: number, nanos: bigint) => (BigInt(2_440_588 + days) << 64n) | nanos;
    const decoder = { element, parsers: PARSERS, utf8: false } as unknown as ColumnDecoder;
    const values = convert([julianDay(17_733, 68_361_102_761_000n), julianDay(-1, 1n)], decoder);
    expect(Array.from(values, toText)).toEqual(['2018-07-21T18:59:21Z', '1969-12-31T00:00:00Z']);
  });

  it('is no time when no calendar has it', async () => {
    const element = { type: 'INT64' as const, converted_type: 'TIMESTAMP_MILLIS' as const };
    const texts = await textsOf('timestamp', {
      ...element,
      data: [2n ** 62n, -(2n ** 62n), 300_000_000_000_000n],
    });
    expect(texts.map((text) => parseTime(text))).toEqual([null, null, null]);
    expect(texts[2]).toBe('+011476-08-15T05:20:00Z');
  });

  it.each([
    [
      'an interval',
      { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, converted_type: 'INTERVAL' },
      new Uint8Array(12),
      'INTERVAL',
    ],
    [
      'a shape',
      { type: 'BYTE_ARRAY', logical_type: { type: 'GEOMETRY' } },
      { type: 'Point', coordinates: [1, 2] },
      'GEOMETRY',
    ],
  ] as const)('is refused when it is %s', async (_, element, value, type) => {
    await expect(textsOf('voucher_amount', { ...element, data: [value] })).rejects.toThrow(
      `column.parquet: expected one value in each row of column "voucher_amount", found ${type}`,
    );
  });
});

describe('a Parquet file that cannot be read', () => {
  const whole = parquetFile(1000, {}, { codec: 'GZIP' });

  it.each([
    ['without its end', whole.subarray(0, whole.length - 1000)],
    ['with nothing but its start', whole.subarray(0, 4)],
    ['with a hole in it', whole.map((byte, index) => (index > 4 && index < 4000 ? 0xff : byte))],
  ])('is named: %s', async (_, bytes) => {
    const path = folder.write('broken.parquet', bytes);
    await expect(readFileRows(path)).rejects.toThrow(/broken\.parquet: .*damaged/);
  });

  it('is named when it loses its end while it is read', async () => {
    const path = folder.write(
      'shrinking.parquet',
      parquetFile(20_000, {}, { rowGroupSize: 5000, codec: 'UNCOMPRESSED' }),
    );
    const { readHistory } = await import('../../../build/read/source.ts');
    const reading = readHistory(
      { path, name: 'shrinking.parquet', size: readFileSync(path).length },
      noNotes(),
      {
        ...AS_SHIPPED,
        columns: COLUMNS,
        onRow: (_, line) => line === 1 && truncateSync(path, 1000),
        onMalformed: () => {},
        onBytes: () => {},
        onBatch: async () => {},
      },
    );
    await expect(reading).rejects.toThrow(/shrinking\.parquet: it was cut while it was read/);
  });

  it('is told which columns it lacks', async () => {
    const path = folder.write('columns.parquet', parquetFile(3));
    const columns = { ...COLUMNS, voucher_amount: 'amount', total_orders: 'notes' };
    await expect(readFileRows(path, columns)).rejects.toThrow(
      /columns\.parquet: expected columns "notes" \(closest match: "note"\), "amount".*found: timestamp, /,
    );
  });
});
