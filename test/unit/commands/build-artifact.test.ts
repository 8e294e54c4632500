import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { readArtifactFiles } from '../../../build/files/artifact-files.ts';
import { execFileSync, spawnSync } from '../../support/children.ts';
import { artifactOf, rawRow } from '../../support/histories.ts';
import { build, ROOT, spawnBuild } from '../support/command.ts';
import { HEADER } from '../support/csv.ts';
import { temporaryFolder } from '../support/files.ts';
import { parquetFile } from '../support/parquet.ts';

const folder = temporaryFolder();
const CONFIG = join(ROOT, 'config/voucher.json');

const ROWS = [
  '2018-07-21,Peru,2018-04-20,2018-04-17,1,4400',
  '2018-07-22 10:11:12.123456,peru,2018-04-20,,15.0,',
  '2018-07-21,Peru,2018-07-22,2018-04-17,1,2640',
  ',China,2018-04-20,2018-04-17,1,1760',
  '2018-07-21,China,2018-04-20,2018-04-17,,1760',
];
const HISTORY = `${HEADER}\n${ROWS.join('\n')}\n`;
const history = folder.write('history.csv', HISTORY);

let outs = 0;
/** A folder with a live artifact in it, which a build that fails must leave alone. */
function liveFolder(): string {
  const out = join(folder.path, `out-${++outs}`);
  mkdirSync(out);
  writeFileSync(join(out, 'current.json'), 'live');
  return out;
}

/** Fails when a build has changed anything in the folder. */
function expectUntouched(out: string): void {
  expect(readdirSync(out)).toEqual(['current.json']);
  expect(readFileSync(join(out, 'current.json'), 'utf8')).toBe('live');
}

describe('a build', () => {
  it('writes table and statistics, by version and as current, which hold what the rows say', async () => {
    const out = join(folder.path, 'new/deep');
    const { code, out: text } = await build(['--input', history, '--out', out, '--json']);
    expect(code).toBe(0);
    const answer = JSON.parse(text);
    const names = [answer.version, 'current'].flatMap((name) => [`${name}.json`, `${name}.statistics.json`]);
    expect(readdirSync(out).sort()).toEqual(names);
    expect(answer.path).toBe(join(out, `${answer.version}.json`));
    const bytes = readFileSync(answer.path, 'utf8');
    expect(readFileSync(join(out, 'current.json'), 'utf8')).toBe(bytes);
    expect(readFileSync(join(out, 'current.statistics.json'), 'utf8')).toBe(
      readFileSync(join(out, `${answer.version}.statistics.json`), 'utf8'),
    );

    const expected = await artifactOf(ROWS.map((row) => rawRow(row.split(','))));
    const sha256 = createHash('sha256').update(HISTORY).digest('hex');
    const sources = [{ name: 'history.csv', sha256, rows: 5 }];
    expect(bytes).toBe(expected.texts.table);
    const { table, statistics } = await readArtifactFiles(answer.path);
    expect({ table, statistics }).toEqual({
      table: expected.table,
      statistics: { ...expected.statistics, sources },
    });
  });

  it('with --json writes one JSON object to standard output, and words to standard error', async () => {
    const { out, err } = await build(['--input', history, '--out', liveFolder(), '--json']);
    expect(out).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(out)).toMatchObject({
      quality: {
        rows_read: 5,
        rows_kept: 3,
        dropped: { invalid_timestamp: 1, negative_days_between_orders: 1, malformed_row: 0 },
        total_orders_filled: 1,
        voucher_amount_imputed: 1,
      },
      data: { first_timestamp: '2018-07-21T00:00:00Z', last_timestamp: '2018-07-22T10:11:12Z' },
      countries: [
        { country: 'Peru', rows_kept: 2, rows_dropped: 1, voucher_amount_imputed: 1, amounts: [4400] },
        { country: 'China', rows_kept: 1, rows_dropped: 1, voucher_amount_imputed: 0, amounts: [1760] },
      ],
      sources: [{ name: 'history.csv', rows: 5 }],
      warnings: [],
    });
    expect(JSON.parse(out).segments).toContainEqual({
      segment: 'recency_segment',
      empty_bands: ['30-60', '61-90', '121-180', '181+'],
      gaps: [{ from: 0, to: 29 }],
      rows_in_no_band: 0,
    });
    expect(err).toMatch(/^Read 5 rows from 1 file/);
  });

  it('tells people what it did to every row', async () => {
    const { out, err } = await build(['--input', history, '--out', liveFolder()]);
    expect(err).toBe('');
    const words = out.replaceAll(/ +/g, ' ');
    expect(words).toContain(' Kept 3 60.0%\n');
    expect(words).toContain(' voucher_amount missing 1 20.0% filled with the mean of the country\n');
    expect(words).toContain(' negative_days_between_orders 1 20.0% timestamp is before last_order_ts\n');
    expect(words).toContain(' Peru 2 1 1 1 4400\n');
    expect(words).toContain(' recency_segment 0 0 to 29 30-60, 61-90, 121-180, 181+\n');
    expect(words).toMatch(/\nWrote \S+\.json and \S+current\.json\n$/);
  });

  it('has the same version whatever files and formats the rows come in, and in whatever order', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, index) => `2018-07-21,Peru,2018-04-20,,${index},${100 + (index % 3)}`,
    );
    const column = (at: number) => ({
      type: 'BYTE_ARRAY' as const,
      data: rows.map((row) => Buffer.from(row.split(',')[at] ?? '')),
    });
    const { timestamp, country_code, last_order_ts } = {
      timestamp: column(0),
      country_code: column(1),
      last_order_ts: column(2),
    };
    const numbers = (at: number) => ({
      type: 'DOUBLE' as const,
      data: rows.map((row) => Number(row.split(',')[at])),
    });
    const none = { type: 'INT32' as const, data: rows.map(() => null) };
    const parquet = parquetFile(40, {
      timestamp,
      country_code,
      last_order_ts,
      first_order_ts: none,
      total_orders: numbers(4),
      voucher_amount: numbers(5),
    });
    folder.write('parts/a.csv', `${HEADER}\n${rows.slice(0, 11).join('\n')}`);
    folder.write('parts/b/c.csv.gz', gzipSync(`${HEADER}\r\n${rows.slice(11).reverse().join('\r\n')}`));
    const inputs = [
      folder.write('one.csv', `${HEADER}\n${rows.join('\n')}`),
      folder.write('one.parquet', parquet),
      join(folder.path, 'parts'),
    ];
    const answers = [];
    for (const input of inputs)
      answers.push(JSON.parse((await build(['--input', input, '--out', liveFolder(), '--json'])).out));
    expect(new Set(answers.map(({ version }) => version)).size).toBe(1);
    expect(answers[2].sources.map(({ name, rows }: { name: string; rows: number }) => [name, rows])).toEqual([
      ['a.csv', 11],
      ['b/c.csv.gz', 29],
    ]);
  });

  it('warns of a file that is counted twice, of one without rows, and of a country without amounts', async () => {
    const copy = folder.write('copy.csv', HISTORY);
    const empty = folder.write('empty-part.csv', `${HEADER}\n`);
    const poor = folder.write('poor.csv', `${HEADER}\n2018-07-21,Chile,2018-04-20,,1,\n`);
    const inputs = [history, copy, empty, poor].flatMap((path) => ['--input', path]);
    const { code, err, out } = await build([...inputs, '--out', liveFolder(), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).warnings).toHaveLength(4);
    expect(err).toContain(
      'warning: copy.csv and history.csv have the same content: its rows are counted twice\n',
    );
    expect(err).toContain('warning: empty-part.csv has no rows\n');
    expect(err).toMatch(
      /warning: none of the 1 rows of Chile has a voucher_amount: .* it gets the default\n/,
    );
    expect(err).toMatch(/warning: The default, 0, would answer rows of this history: [\d.]+% asked with \w+/);
  });
});

describe('--rejects', () => {
  it('writes every dropped row with its file, line and reason, and its fields as they were', async () => {
    const odd = folder.write(
      'odd.csv',
      `id,${HEADER}\r\n1,"soon, ""they"" say\nor not",Peru,2018-04-20,,1,5\r\n2,too,few\r\n3,${ROWS[0]}\r\n4,${ROWS[2]}\r\n`,
    );
    const rejects = join(folder.path, 'kept/aside/rejects.csv');
    const { code } = await build(['--input', odd, '--out', liveFolder(), '--rejects', rejects]);
    expect(code).toBe(0);
    expect(Papa.parse(readFileSync(rejects, 'utf8'), { newline: '\n' }).data).toEqual([
      ['file', 'line', 'reason', ...HEADER.split(','), 'malformed_row'],
      [
        'odd.csv',
        '2',
        'invalid_timestamp',
        'soon, "they" say\nor not',
        'Peru',
        '2018-04-20',
        '',
        '1',
        '5',
        '',
      ],
      ['odd.csv', '4', 'malformed_row', '', '', '', '', '', '', '2,too,few'],
      ['odd.csv', '6', 'negative_days_between_orders', ...(ROWS[2] ?? '').split(','), ''],
      [''],
    ]);
    expect(readdirSync(join(folder.path, 'kept/aside'))).toEqual(['rejects.csv']);
  });

  it('writes the number of the row for Parquet', async () => {
    const rejects = join(folder.path, 'parquet-rejects.csv');
    const input = folder.write('junk.parquet', parquetFile(3));
    const { code, err } = await build(['--input', input, '--out', liveFolder(), '--rejects', rejects]);
    expect(code).toBe(1);
    expect(err).toContain(
      'junk.parquet: no row is kept of 3 read: 3 invalid_timestamp (no readable timestamp)',
    );
    const lines = readFileSync(rejects, 'utf8').split('\n');
    expect(lines[3]).toBe(
      'junk.parquet,3,invalid_timestamp,timestamp 2,country_code 2,last_order_ts 2,first_order_ts 2,total_orders 2,voucher_amount 2,',
    );
  });

  it('can be read again when it is repaired, and is never an input by accident', async () => {
    folder.write('loop/history.csv', HISTORY);
    const rejects = join(folder.path, 'loop/rejects.csv');
    const args = [
      '--input',
      join(folder.path, 'loop'),
      '--out',
      liveFolder(),
      '--json',
      '--rejects',
      rejects,
    ];
    const first = JSON.parse((await build(args)).out);
    expect(JSON.parse((await build(args)).out).version).toBe(first.version);
    writeFileSync(
      rejects,
      readFileSync(rejects, 'utf8').replace('invalid_timestamp,,', 'invalid_timestamp,2018-07-20,'),
    );
    const repaired = JSON.parse((await build(['--input', rejects, '--out', liveFolder(), '--json'])).out);
    expect(repaired.quality).toMatchObject({ rows_read: 2, rows_kept: 1 });
  });

  it.each([
    ['a folder', 'held-1', 'held-1', 'a.csv'],
    ['a glob', 'held-2/*.csv', 'held-2', 'a.csv'],
    ['a folder, by a link', 'held-3', 'held-3', '../link-3.csv'],
    ['a folder, which the link is in', 'held-4', 'held-4', 'link-4.csv'],
  ])('writes over no input of %s', async (_, input, name, path) => {
    const held = folder.write(`${name}/a.csv`, HISTORY);
    folder.write(`${name}/b.csv`, HISTORY);
    const rejects = join(folder.path, name, path);
    if (path !== 'a.csv') symlinkSync(held, rejects);
    const out = liveFolder();
    const { code, err } = await build([
      ...['--input', join(folder.path, input), '--out', out],
      ...['--rejects', rejects],
    ]);
    expect([code, err]).toEqual([2, expect.stringMatching(/expected to read .*, not to write over it/)]);
    expect(readFileSync(held, 'utf8')).toBe(HISTORY);
    expectUntouched(out);
  });

  it.each([
    ['is empty', ''],
    ['was made with other names', 'file,line,reason,when,country,last,first,orders,amount,malformed_row\n'],
    [
      'was saved by Excel',
      '\uFEFFfile,line,reason,timestamp,malformed_row\r\nx.csv,2,malformed_row,,"a"\r\n',
    ],
  ])('passes over the file of a build before that %s', async (_, content) => {
    const name = `before-${++outs}`;
    folder.write(`${name}/history.csv`, HISTORY);
    const rejects = folder.write(`${name}/rejects.csv`, content);
    const input = join(folder.path, name);
    const { code, err } = await build(['--input', input, '--out', liveFolder(), '--rejects', rejects]);
    expect([code, err]).toEqual([0, '']);
    expect(readFileSync(rejects, 'utf8').split('\n')).toHaveLength(4);
  });

  it('is CSV, and has no name that says otherwise', async () => {
    const rejects = join(folder.path, 'rejects.csv.gz');
    const { code, err } = await build(['--input', history, '--out', liveFolder(), '--rejects', rejects]);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(
        `expected the name of a text file for --rejects, got ${rejects}: what is written is CSV`,
      ),
    ]);
  });

  it('writes over no input and over no artifact', async () => {
    const out = liveFolder();
    for (const [input, rejects] of [
      [history, history],
      [history, join(out, 'current.json')],
      [join(out, 'current.json'), 'rejects.csv'],
    ]) {
      const { code, err } = await build(['--input', input ?? '', '--out', out, '--rejects', rejects ?? '']);
      expect(code).toBe(2);
      expect(err).toContain('--help shows the options');
    }
    expect(readFileSync(history, 'utf8')).toBe(HISTORY);
    expectUntouched(out);
  });

  it.each([
    ['that is built from', HISTORY],
    ['of a build that fails', HEADER],
  ])('writes over no config %s', async (_, content) => {
    const input = folder.write('configured.csv', content);
    const config = folder.write('configured.json', readFileSync(CONFIG, 'utf8'));
    const out = liveFolder();
    const { code, err } = await build([
      ...['--input', input, '--config', config, '--out', out],
      ...['--rejects', config],
    ]);
    expect([code, err]).toEqual([2, expect.stringContaining(`to read ${config}, not to write over it`)]);
    expect(readFileSync(config)).toEqual(readFileSync(CONFIG));
    expectUntouched(out);
  });

  it('is not made where the artifact goes, by whatever folder', async () => {
    const out = join(folder.path, 'not-made');
    symlinkSync(out, join(folder.path, 'not-made-link'));
    const rejects = join(folder.path, 'not-made-link/current.json');
    const { code, err } = await build(['--input', history, '--out', out, '--rejects', rejects]);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('expected different files for the artifact and --rejects'),
    ]);
    expect(readdirSync(folder.path)).not.toContain('not-made');
  });

  it('ends the build with 1 where it cannot be written', async () => {
    const out = liveFolder();
    const { code, err } = await build([
      '--input',
      history,
      '--out',
      out,
      '--rejects',
      join(history, 'rejects.csv'),
    ]);
    expect(code).toBe(1);
    expect(err).toMatch(/rejects\.csv: it cannot be written/);
    expectUntouched(out);
  });
});

describe('a build that cannot be', () => {
  it('is told where it cannot write before a file is read', async () => {
    const broken = folder.write('unread.csv', 'this,that\n');
    const { code, err } = await build(['--input', broken, '--out', broken]);
    expect([code, err]).toEqual([1, expect.stringContaining('there is a file where its folder should be')]);
    const none = join(folder.path, 'none');
    expect((await build(['--input', broken, '--out', join(none, 'deep')])).code).toBe(1);
    expect(existsSync(none)).toBe(false);
  });

  const bytes = gzipSync(`${HISTORY}${ROWS[0]}\n`.repeat(2000));
  const parquet = parquetFile(500);

  it.each<[string, string, string | Uint8Array, RegExp]>([
    [
      'a missing column',
      'columns.csv',
      HISTORY.replace('total_orders', 'orders_total'),
      /expected a column "total_orders" \(closest match: "orders_total"\); .*found: timestamp, country_code, .*orders_total/,
    ],
    ['an empty file', 'empty.csv', '', /found an empty file/],
    ['a header only', 'header.csv', HEADER, /found a header and no row/],
    [
      'no row that is kept',
      'dropped.csv',
      `${HEADER}\n${ROWS[3]}\na,b\n`,
      /no row is kept of 2 read: 1 malformed_row .*1 invalid_timestamp/,
    ],
    ['a gzip file cut short', 'cut.csv.gz', bytes.subarray(0, bytes.length / 2), /cut short or damaged/],
    [
      'a Parquet file cut short',
      'cut.parquet',
      parquet.subarray(0, parquet.length / 2),
      /cut short or damaged/,
    ],
    ['a binary file', 'binary.csv', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]), /binary/],
    ['a folder without data', 'nothing/README.md', '', /nothing: expected a folder with files of .csv/],
  ])('ends with 1, names the file and leaves what is live: %s', async (_, name, content, message) => {
    const path = folder.write(name, content);
    const out = liveFolder();
    const input = name.endsWith('README.md') ? join(path, '..') : path;
    const {
      code,
      out: words,
      err,
    } = await spawnBuild(['--input', input, '--out', out, '--config', CONFIG]).done;
    expect(err).toMatch(message);
    expect(err).toContain(name.split('/')[0]);
    expect(err).not.toMatch(/\n {4}at /);
    expect([code, words]).toEqual([1, '']);
    expectUntouched(out);
  });

  it('ends with 1 when one of many inputs is bad, and names that one', async () => {
    const out = liveFolder();
    const bad = folder.write('zz-bad.csv', 'a,b\n1,2\n');
    const { code, err } = await build(['--input', history, '--input', bad, '--out', out]);
    expect([code, err.includes('zz-bad.csv: expected columns')]).toEqual([1, true]);
    expectUntouched(out);
  });

  const root = process.getuid?.() === 0;
  it.skipIf(root)(
    `ends with 1 for a file that may not be read${root ? ' (skipped: root may read all)' : ''}`,
    async () => {
      const path = folder.write('secret.csv', HISTORY);
      chmodSync(path, 0);
      const { code, err } = await build(['--input', path, '--out', liveFolder()]);
      expect([code, err.includes('secret.csv: it may not be read')]).toEqual([1, true]);
    },
  );

  it.each([
    ['a config that is not there', 'nowhere.json', null, /nowhere\.json: there is no such file/],
    ['a config that is no JSON', 'text.json', '{ "segments": ', /text\.json: expected JSON/],
    [
      'a config that is wrong',
      'wrong.json',
      '{ "period": "year", "inputs": 1 }',
      /wrong\.json:\n {2}inputs: expected an array, got 1\n {2}period: expected one of /,
    ],
  ])('ends with 1 for %s', async (_, name, content, message) => {
    if (content !== null) folder.write(name, content);
    const { code, err } = await build([
      '--input',
      history,
      '--out',
      liveFolder(),
      '--config',
      join(folder.path, name),
    ]);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });

  it('ends with 2 and where to find help for an unknown flag, an unknown engine, and no input at all', async () => {
    const flag = await spawnBuild(['--inptu', history]).done;
    expect([flag.code, flag.out]).toEqual([2, '']);
    expect(flag.err).toMatch(
      /unknown option --inptu; did you mean --input\?\nnpm run build:artifact -- --help shows/,
    );
    const engine = await build(['--input', history, '--engine', 'constructor']);
    expect([
      engine.code,
      engine.err.includes('expected an engine (threads, stream, duckdb), got "constructor"'),
    ]).toEqual([2, true]);
    const { inputs: _, ...config } = JSON.parse(readFileSync(CONFIG, 'utf8'));
    const bare = folder.write('bare.json', JSON.stringify(config));
    expect(await build(['--config', bare])).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected --input'),
    });
  });

  it('ends with 1 where the artifact cannot be written, and leaves nothing', async () => {
    const { code, err } = await build(['--input', history, '--out', join(history, 'out')]);
    expect(code).toBe(1);
    expect(err).toMatch(/\.json: it cannot be written/);
  });
});

const windows = process.platform === 'win32';
describe.skipIf(windows)(
  `a build that is stopped${windows ? ' (skipped: Windows has no such pipes)' : ''}`,
  () => {
    it.each([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)('by %s ends with %i and leaves no temporary file', async (signal, expected) => {
      const out = liveFolder();
      const pipe = join(folder.path, `${signal}.pipe`);
      execFileSync('mkfifo', [pipe]);
      const { child, done } = spawnBuild([
        '--input',
        pipe,
        '--out',
        out,
        '--rejects',
        join(out, 'rejects.csv'),
      ]);
      // The rest of the history never comes. Opened for both, a pipe does not wait for its other end.
      const writer = await open(pipe, 'r+');
      await writer.write(HISTORY);
      while (readdirSync(out).length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
      child.kill(signal);
      const { code, err } = await done;
      await writer.close();
      expect([code, err]).toEqual([expected, '']);
      expectUntouched(out);
    });

    it('by an output that cannot be written says so, and leaves no temporary file', () => {
      const out = liveFolder();
      // A file that is open to be read alone, as a full disk would be, fails each write.
      const output = openSync(history, 'r');
      const args = ['build/commands/build-artifact.ts', '--input', history, '--out', out];
      const { status, stderr } = spawnSync(process.execPath, args, {
        cwd: ROOT,
        stdio: ['ignore', output, 'pipe'],
      });
      closeSync(output);
      expect([status, stderr]).toEqual([
        1,
        expect.stringMatching(
          /^warning: The history is stale.*\nerror: the result cannot be written to standard output \(EBADF: .*\)\n$/,
        ),
      ]);
      expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    });

    it('by no one reads a pipe to its end', () => {
      const command = `cat "${history}" | "${process.execPath}" build/commands/build-artifact.ts --input /dev/stdin --out "${liveFolder()}" --json`;
      const out = execFileSync('sh', ['-c', command], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(JSON.parse(out).quality.rows_read).toBe(5);
    });
  },
);
