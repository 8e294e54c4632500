import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { artifactOf, rawRow } from '../../support/histories.ts';
import { build } from '../support/command.ts';
import { csv, DROPPED, HEADER, PERU, TOTAL } from '../support/cube-result.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const HISTORY = [
  rawRow(['2018-07-21', 'Peru', '2018-06-20', '2018-01-01', '15', '2640']),
  rawRow(['soon', 'Peru', '2018-06-20', '2018-01-01', '15', '2640']),
];

let files = 0;
const buildCubes = async (...contents: (string | Uint8Array)[]) => {
  const args = contents.flatMap((content) => ['--cube', folder.write(`cube-${files++}`, content)]);
  return await build([...args, '--out', join(folder.path, `out-${files}`), '--json']);
};

describe('--cube reads the result of the SELECT', () => {
  it.each([
    ['CSV', csv([PERU, DROPPED, TOTAL])],
    [
      'CSV with columns in capitals and in another order',
      csv([TOTAL, PERU, DROPPED], HEADER.toReversed()).replace(/^.*\n/, (line) => line.toUpperCase()),
    ],
    [
      'CSV with semicolons, a BOM and CRLF',
      `\uFEFF${csv([PERU, DROPPED, TOTAL]).replaceAll(',', ';').replaceAll('\n', '\r\n')}`,
    ],
    [
      'Parquet',
      new Uint8Array(
        parquetWriteBuffer({
          columnData: HEADER.map((name) => ({
            name,
            type: name === 'row_count' ? 'DOUBLE' : 'STRING',
            data: [PERU, DROPPED, TOTAL].map((row) => (name === 'row_count' ? Number(row[name]) : row[name])),
          })),
        }),
      ),
    ],
  ])('%s', async (_, content) => {
    const { code, out, err } = await buildCubes(content);
    expect(code, err).toBe(0);
    const artifact = await artifactOf(HISTORY);
    expect(JSON.parse(out)).toMatchObject({ version: artifact.version, quality: artifact.table.quality });
    expect(JSON.parse(out).sources).toMatchObject([{ rows: 2 }]);
  });

  it('adds up several results, and inputs', async () => {
    const input = folder.write(
      'more.csv',
      'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n2018-07-21,Peru,2018-06-20,2018-01-01,15,2640\n',
    );
    const cube = folder.write('cube.csv', csv([PERU, DROPPED, TOTAL]));
    const args = [
      '--cube',
      cube,
      '--cube',
      cube,
      '--input',
      input,
      '--json',
      '--out',
      join(folder.path, 'sum'),
    ];
    const { code, out, err } = await build(args);
    expect(code, err).toBe(0);
    const row = HISTORY[0] ?? rawRow([]);
    expect(JSON.parse(out).version).toBe((await artifactOf([...HISTORY, ...HISTORY, row])).version);
  });

  it('says that a report has no examples of rows that are counted elsewhere', async () => {
    const cube = folder.write('cube.csv', csv([PERU, DROPPED, TOTAL]));
    const { code, err } = await build(['--cube', cube, '--report', '--out', join(folder.path, 'report')]);
    expect(code).toBe(0);
    expect(err).toContain('warning: --report has no examples of the dropped rows of --cube and --table');
  });

  it('takes a country that is empty for a missing one, as long as no earlier rule drops the row', async () => {
    const { out } = await buildCubes(csv([{ ...PERU, country_code: ' ' }, { ...PERU }, TOTAL]));
    expect(JSON.parse(out).quality).toMatchObject({ rows_kept: 1, dropped: { missing_country_code: 1 } });
  });
});

describe('--cube refuses what is not the whole result of this config', () => {
  it.each<[string, string, RegExp]>([
    [
      'another config',
      csv([PERU, DROPPED, TOTAL].map((row) => ({ ...row, config: '0123' }))),
      /row 1: it was made with another config \("0123", this one is ".*Print the SELECT/,
    ],
    [
      'an unknown dialect',
      csv([{ ...PERU, dialect: 'cobol' }, DROPPED, TOTAL]),
      /row 1: "dialect" is "cobol"/,
    ],
    ['two dialects', csv([PERU, { ...DROPPED, dialect: 'duckdb' }, TOTAL]), /row 2: "dialect" is "duckdb"/],
    [
      'a missing column',
      csv(
        [PERU, TOTAL],
        HEADER.filter((name) => name !== 'row_count'),
      ),
      /it lacks the column row_count\. Print/,
    ],
    [
      'missing bands',
      csv(
        [PERU, TOTAL],
        HEADER.filter((name) => name !== 'band_volume_segment'),
      ),
      /Was it made with another config\?/,
    ],
    ['a column twice', csv([PERU, TOTAL], [...HEADER, 'period']), /it has two columns period/],
    [
      'a negative count',
      csv([{ ...PERU, row_count: '-1' }, DROPPED, TOTAL]),
      /row 1: "row_count" is -1: a count is not negative/,
    ],
    [
      'a fractional count',
      csv([{ ...PERU, row_count: '1.5' }, DROPPED, TOTAL]),
      /row 1: "row_count" is "1\.5": expected a whole number/,
    ],
    [
      'an unknown band',
      csv([{ ...PERU, band_volume_segment: '0-9' }, DROPPED, TOTAL]),
      /row 1: "0-9" is not a band of volume_segment/,
    ],
    ['an unknown outcome', csv([PERU, { ...DROPPED, outcome: 'odd' }, TOTAL]), /row 2: "outcome" is "odd"/],
    [
      'no rows',
      csv([]),
      /it has no rows: the table that the SELECT reads is empty, or the result is cut off/,
    ],
    ['no total', csv([PERU, DROPPED]), /the row 'total' is missing: the result is cut off/],
    [
      'fewer rows than the total',
      csv([PERU, TOTAL]),
      /its rows count 1 rows of the history, and its row 'total' says 2/,
    ],
    [
      'two results in one',
      csv([PERU, DROPPED, TOTAL, PERU, DROPPED, TOTAL]),
      /row 6: there are two rows 'total'\. Pass each result as a --cube of its own/,
    ],
    [
      'half a line',
      csv([PERU, DROPPED, TOTAL]).slice(0, -30),
      /a row has \d+ fields, and the header \d+: the result is cut off/,
    ],
    [
      'a quote that is not closed',
      csv([{ ...PERU, country_code: '"Peru' }, DROPPED, TOTAL]),
      /a row has a quote that is not closed: the result is cut off/,
    ],
    ['the history itself', 'timestamp,country_code\n2018-07-21,Peru\n', /it lacks the columns outcome, /],
    ['an empty file', '', /it lacks the columns outcome, /],
  ])('%s', async (_, content, sentence) => {
    const { code, out, err } = await buildCubes(content);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(sentence);
    expect(err).toMatch(/^error: \/.*cube-\d+: /);
  });

  it('a file that is not there', async () => {
    expect(await build(['--cube', 'nowhere.csv'])).toMatchObject({
      code: 1,
      err: 'error: nowhere.csv: there is no such file\n',
    });
  });

  it('rejects, which no cube has', async () => {
    const cube = folder.write('cube.csv', csv([PERU, DROPPED, TOTAL]));
    const { code, err } = await build([
      '--cube',
      cube,
      '--rejects',
      join(folder.path, 'rejects.csv'),
      '--out',
      folder.path,
    ]);
    expect([code, err]).toEqual([1, expect.stringContaining('--rejects cannot be written with --cube')]);
  });
});
