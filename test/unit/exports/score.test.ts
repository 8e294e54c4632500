import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { scoreCommand } from '../../../build/commands/score.ts';
import { runCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { parquetFile } from '../support/parquet.ts';

const { path, write } = temporaryFolder();
const HEADER = 'customer_id,country_code,last_order_ts,total_orders,note';
const line = (note: string) => `1,Peru,2026-03-15,3,${note}`;
const ENDING = /,\d+(?:\.\d+)?,\w*,[^,]*,(?:segment|country|default),\d+,[0-9a-f]{16}$/;

async function score(input: string, output = 'scored.csv', ...more: string[]) {
  const segment = more.includes('--segment') ? [] : ['--segment', 'frequency_segment'];
  const args = ['--input', input, '--output', `${path}/${output}`, ...segment];
  const { code, out, err } = await runCommand(scoreCommand, [
    ...args,
    '--as-of',
    '2026-06-01',
    '--json',
    ...more,
  ]);
  return {
    code,
    err,
    report: code === 0 ? JSON.parse(out) : null,
    bytes: () => readFileSync(`${path}/${output}`),
  };
}

/** The records of a scored file without what was added, byte for byte. */
function records(bytes: Buffer): string[] {
  return bytes
    .toString('latin1')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((record) => record.replace(ENDING, ''));
}

describe('bytes that are not UTF-8', () => {
  const notes = ['caf\xe9', '\xff\xfe\x80', 'plain', '"\xe9, \xe9"'];
  const content = Buffer.from([HEADER, ...notes.map(line), ''].join('\n'), 'latin1');

  it.each(['scored.csv', 'scored.csv.gz'])(
    'in a column that is not read come out as they were, in %s',
    async (output) => {
      const { code, bytes } = await score(write('latin1.csv', content), output);
      expect(code).toBe(0);
      expect(records(output.endsWith('.gz') ? gunzipSync(bytes()) : bytes())).toEqual(notes.map(line));
    },
  );

  it('in a Parquet column that is not read come out as they were', async () => {
    const column = (value: string) => ({
      type: 'BYTE_ARRAY' as const,
      data: notes.map(() => Buffer.from(value, 'latin1')),
    });
    const file = parquetFile(notes.length, {
      country_code: column('Peru'),
      last_order_ts: column('2026-03-15'),
      first_order_ts: column(''),
      total_orders: column('3'),
      note: { type: 'BYTE_ARRAY', data: notes.map((note) => Buffer.from(note, 'latin1')) },
    });
    const { code, bytes } = await score(write('latin1.parquet', file), 'scored.csv', '--prefix', 'p_');
    expect(code).toBe(0);
    expect(records(bytes()).map((record) => record.split(',').slice(6).join(','))).toEqual(
      notes.map((note) => (note.includes('"') ? `"${note.replaceAll('"', '""')}"` : note)),
    );
  });

  it('are refused where the output is JSON, with line and column', async () => {
    const { code, err } = await score(write('latin1.csv', content), 'scored.ndjson');
    expect(code).toBe(1);
    expect(err).toContain('latin1.csv: line 2: "note" is not UTF-8, which JSON has to be');
  });

  it.each([
    ['csv', Buffer.from(`${HEADER}\n${line('x')}\n${line('x').replace('Peru', 'Per\xfa')}\n`, 'latin1')],
    ['ndjson', Buffer.from('{"country_code":"Peru"}\n\n{"country_code":"Per\xfa"}\n', 'latin1')],
  ])('in a country end a run with line and column: %s', async (kind, bytes) => {
    const { code, err } = await score(write(`country.${kind}`, bytes));
    expect(code).toBe(1);
    expect(err).toMatch(/line 3: country_code is not UTF-8: save the file as UTF-8/);
  });

  it('come out of --rejects as they were', async () => {
    const bad = [HEADER, line('good'), line('caf\xe9').replace('2026-03-15', 'soon'), ''].join('\n');
    const rejects = `${path}/rejects.csv`;
    await score(write('bad.csv', Buffer.from(bad, 'latin1')), 'scored.csv', '--rejects', rejects);
    expect(readFileSync(rejects).toString('latin1')).toContain('soon,3,caf\xe9');
  });
});

describe('what cannot be read', () => {
  it.each([
    ['last_order_ts', '15.03.2026', 'set times.format to "day_month_year"'],
    ['last_order_ts', '1773565200000', 'set times.format to "epoch_milliseconds"'],
    ['total_orders', '"1,234"', 'set numbers to {"decimal":".","grouping":","}'],
  ])(
    'in %s, such as %s, is named with its line and the setting that reads it',
    async (field, value, setting) => {
      const row = field === 'total_orders' ? `1,Peru,2026-03-15,${value},x` : `1,Peru,${value},3,x`;
      const { code, err, report } = await score(write('unread.csv', [HEADER, line('x'), row, ''].join('\n')));
      expect(code).toBe(0);
      expect(report.rejected).toEqual({ invalid_request: 1 });
      expect(report.warnings).toEqual([expect.stringContaining(`(unread.csv:3)`)]);
      expect(report.warnings[0]).toContain(setting);
      expect(err).toContain(`warning: ${field}: 1 of 2 rows (50%)`);
    },
  );

  it.each([
    ['-', '"-", a word for no value'],
    ['NULL', '"NULL", a word for no value'],
    ['', 'an empty string'],
  ])('a country of %j is missing, and said as the file has it', async (country, told) => {
    const row = line('x').replace('Peru', country);
    const rejects = `${path}/rejects.csv`;
    await score(
      write('missing.csv', [HEADER, row, line('x'), ''].join('\n')),
      'scored.csv',
      '--rejects',
      rejects,
    );
    expect(readFileSync(rejects, 'utf8').replaceAll('""', '"')).toContain(
      `country_code: expected text, got ${told}`,
    );
  });

  it('is read with that setting', async () => {
    const config = JSON.parse(readFileSync('config/voucher.json', 'utf8'));
    writeFileSync(`${path}/config.json`, JSON.stringify({ ...config, times: { format: 'day_month_year' } }));
    const input = write('german.csv', `${HEADER}\n1,Peru,15.03.2026,3,x\n`);
    const { report } = await score(input, 'scored.csv', '--config', `${path}/config.json`);
    expect(report).toMatchObject({ customers: 1, rejected: {}, warnings: [] });
  });
});

it.each([
  ['zstd', zstdCompressSync(`${HEADER}\n${line('x')}\n`)],
  ['a ZIP archive', zipSync({ 'customers.csv': Buffer.from(`${HEADER}\n${line('x')}\n`) })],
  ['sep= and semicolons', `sep=;\n${`${HEADER}\n${line('x')}\n`.replaceAll(',', ';')}`],
  ['lone CRs', `${HEADER}\r${line('x')}\r`],
  ['names in upper case', `${HEADER.toUpperCase()}\n${line('x')}\n`],
  ['null words', `${HEADER}\n1,Peru,NULL,3,x\n`],
])('customers in %s are scored', async (_, content) => {
  const { code, report } = await score(write('customers.csv', content));
  expect({ code, customers: report?.customers, rejected: report?.rejected }).toEqual({
    code: 0,
    customers: 1,
    rejected: {},
  });
});

describe('times that are numbers in JSON lines', () => {
  const customer = (last: number) => `{"country_code":"Peru","total_orders":3,"last_order_ts":${last}}\n`;

  it.each([
    ['epoch_seconds', 1_773_565_200],
    ['epoch_milliseconds', 1_773_565_200_000],
    ['excel_serial', 46_096.375],
  ])('are refused without a setting, and read as in a history with %s', async (format, last) => {
    const input = write('numbers.ndjson', customer(last));
    const { code, err } = await score(input, 'scored.ndjson');
    expect(code).toBe(1);
    expect(err).toContain(`set times.format to "${format}"`);
    const config = JSON.parse(readFileSync('config/voucher.json', 'utf8'));
    writeFileSync(`${path}/config.json`, JSON.stringify({ ...config, times: { format } }));
    const again = ['--config', `${path}/config.json`, '--segment', 'recency_segment'];
    const { report, bytes } = await score(input, 'scored.ndjson', ...again);
    expect(report).toMatchObject({ customers: 1, rejected: {} });
    // From 15 March 2026, 9 o'clock, to 1 June.
    expect(bytes().toString()).toContain('"segment":"61-90"');
  });
});

describe('Parquet', () => {
  it('decides as the same customers in CSV do, whatever the types of its columns', async () => {
    const days = ['2026-03-15', '2025-12-20', '2026-05-30', '2019-01-01'];
    const orders = [3, 40, 15, 0];
    const csv = [HEADER, ...days.map((day, at) => `${at},Peru,${day}T00:00:00Z,${orders[at]},`), ''].join(
      '\n',
    );
    const seconds = days.map((day) => BigInt(Date.parse(day)) * 1000n);
    const text = (values: readonly string[]) => ({
      type: 'BYTE_ARRAY' as const,
      converted_type: 'UTF8' as const,
      data: [...values],
    });
    const typed = parquetFile(4, {
      country_code: text(['Peru', 'Peru', 'Peru', 'Peru']),
      last_order_ts: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS', data: seconds },
      first_order_ts: text(['', '', '', '']),
      total_orders: { type: 'INT32', data: orders },
    });
    const options = ['scored.csv', '--prefix', 'p_'] as const;
    const ending = (bytes: Buffer) =>
      bytes
        .toString()
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((row) => ENDING.exec(row)?.[0]);
    const fromCsv = ending((await score(write('typed.csv', csv), ...options)).bytes());
    const fromParquet = ending((await score(write('typed.parquet', typed), ...options)).bytes());
    expect(fromCsv).not.toContain(undefined);
    expect(fromParquet).toEqual(fromCsv);
  });
});
