import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, describe, expect, it } from 'vitest';
import { scoreCommand } from '../../../build/commands/score.ts';
import { createApp } from '../../../src/app.ts';
import { bundledStore } from '../../../src/store/bundled.ts';
import { execFileSync } from '../../support/children.ts';
import { ROOT, runCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const AS_OF = '2026-07-01';
const { path: folder, write } = temporaryFolder();
const output = join(folder, 'out', 'vouchers.csv');
const artifact = JSON.parse(readFileSync(join(ROOT, 'artifacts/current.json'), 'utf8'));

const score = (input: string, ...rest: string[]) => {
  const to = rest.includes('--output') ? [] : ['--output', output];
  return runCommand(scoreCommand, ['--input', input, ...to, '--as-of', AS_OF, ...rest]);
};
const written = (path = output) => readFileSync(path, 'utf8');
const left = () => readdirSync(folder, { recursive: true, encoding: 'utf8' });
const ADDED = 'voucher_amount,segment_name,segment,source,sample_size,artifact_version';

/** What POST /voucher says of the fields that a customer of a file has. */
const app = createApp({
  store: bundledStore(artifact),
  clock: { now: () => Date.parse(AS_OF), elapsed: () => 0 },
  log: () => {},
});
async function ask(
  customer: Record<string, unknown>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(customer),
  };
  const response = await app.request('/voucher', init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

afterEach(() => {
  expect(left().filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

describe('a scored file', () => {
  it('says of every customer what POST /voucher says', async () => {
    const word = fc.constantFrom('Peru', ' pERU', 'Latvia', 'Åland', 'no "such"; land', 'a,b', '\u{1f600}');
    const time = fc.constantFrom(
      '2026-05-03',
      '2026-01-02 10:11:12',
      '2018-02-30',
      '2027-01-01',
      '',
      '2026-07-01T09:00Z',
    );
    const customer = fc.record({
      customer_id: fc.oneof(fc.nat(), fc.constantFrom('a-1', '7"')),
      country_code: word,
      last_order_ts: time,
      first_order_ts: time,
      total_orders: fc.oneof(fc.nat(50), fc.constantFrom('', 'abc', 2.5, -1)),
      segment_name: fc.constantFrom('recency_segment', 'frequent_segment', 'tenure_segment', 'no_segment'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(customer, { minLength: 1, maxLength: 30 }), async (customers) => {
        const names = Object.keys(customers[0] ?? {});
        const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
        const csv = customers.map((one) => Object.values(one).map(cell).join(',')).join('\r\n');
        const input = write('property.csv', `${names.join(',')}\r\n${csv}\r\n`);
        const rejects = join(folder, 'rejects.csv');
        const target = join(folder, 'property.ndjson');
        const asked = await Promise.all(
          customers.map((one) => {
            const said = Object.entries(one).filter(([, value]) => value !== '');
            return ask(Object.fromEntries(said));
          }),
        );
        const { code } = await runCommand(scoreCommand, [
          ...['--input', input, '--output', target, '--as-of', AS_OF, '--rejects', rejects],
        ]);
        const answered = asked.filter(({ status }) => status === 200);
        expect(code).toBe(answered.length === 0 ? 1 : 0);
        if (code !== 0) return;
        const lines = written(target).trimEnd().split('\n');
        const scored = lines.map((line) => JSON.parse(line));
        expect(
          scored.map(({ voucher_amount, segment, source, sample_size, artifact_version }) => ({
            voucher_amount,
            segment,
            source,
            sample_size,
            artifact_version,
          })),
        ).toEqual(answered.map(({ body: { segment_name: _, ...body } }) => body));
        expect(scored.map(({ customer_id }) => customer_id)).toEqual(
          customers
            .filter((_, at) => asked[at]?.status === 200)
            .map(({ customer_id }) => String(customer_id)),
        );
        const codes = asked.filter(({ status }) => status !== 200).map(({ body }) => body.code);
        const [, ...rejected] = written(rejects)
          .trimEnd()
          .split('\n')
          .filter((line) => /^\d+,/.test(line) || line.startsWith('line'));
        expect(rejected.map((line) => line.split(',')[1])).toEqual(codes);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the columns and the records as they are, and adds what was decided', async () => {
    const input = write(
      'kept.csv',
      '\uFEFFname;country_code;last_order_ts;note\r\n"A;B";Peru;2026-05-03;" x ""y"" "\r\nC;peru;2026-05-03;\r\n\r\n',
    );
    const { code, out } = await score(input, '--segment', 'recency_segment');
    expect(code).toBe(0);
    const { body } = await ask({
      customer_id: 1,
      country_code: 'Peru',
      last_order_ts: '2026-05-03',
      segment_name: 'recency_segment',
    });
    const added = `${body.voucher_amount};recency_segment;${body.segment};segment;${body.sample_size};${artifact.version}`;
    expect(written()).toBe(
      `name;country_code;last_order_ts;note;${ADDED.replaceAll(',', ';')}\n` +
        `"A;B";Peru;2026-05-03;" x ""y"" ";${added}\nC;peru;2026-05-03;;${added}\n`,
    );
    expect(out).toContain('Scored 2 of 2 customers');
    expect(out).toContain(`as of ${AS_OF}T00:00:00Z`);
    expect(out).toMatch(/Peru +segment +2 /);
  });

  const customers = [
    { id: '1', country_code: 'Peru', total_orders: 3 },
    { id: '2', country_code: 'Latvia', total_orders: 20 },
  ];
  const csv = `id,country_code,total_orders\n${customers.map((one) => Object.values(one).join(',')).join('\n')}\n`;
  const ndjson = customers.map((one) => JSON.stringify(one)).join('\n');
  const parquet = new Uint8Array(
    parquetWriteBuffer({
      columnData: (['id', 'country_code', 'total_orders'] as const).map((name) => ({
        name,
        data: customers.map((one) => one[name]),
        type: name === 'total_orders' ? ('INT32' as const) : ('STRING' as const),
      })),
    }),
  );

  it.each([
    ['CSV', csv],
    ['compressed CSV', gzipSync(csv)],
    ['NDJSON', ndjson],
    ['Parquet', parquet],
  ])('is the same from %s, as CSV and as NDJSON, plain and compressed', async (_, content) => {
    const input = write('customers.any', content);
    const segment = ['--segment', 'frequency_segment'];
    expect((await score(input, ...segment)).code).toBe(0);
    const expected = await Promise.all(
      customers.map(async (one) => {
        const { body } = await ask({ customer_id: one.id, ...one, segment_name: 'frequency_segment' });
        return { ...one, ...body };
      }),
    );
    const [header, ...rows] = written().trimEnd().split('\n');
    expect(header).toBe(`id,country_code,total_orders,${ADDED}`);
    expect(rows).toEqual(expected.map((one) => Object.values(one).join(',')));

    const target = join(folder, 'out.ndjson.gz');
    await runCommand(scoreCommand, ['--input', input, '--output', target, ...segment, '--as-of', AS_OF]);
    const lines = gunzipSync(readFileSync(target)).toString().trimEnd().split('\n');
    const texts = lines
      .map((line) => JSON.parse(line))
      .map((one) => ({ ...one, total_orders: Number(one.total_orders) }));
    expect(texts).toEqual(expected);
  });

  it('is the same for a segment with spaces around its name', async () => {
    const input = write('spaces.csv', csv);
    await score(input, '--segment', 'frequency_segment');
    const expected = written();
    expect((await score(input, '--segment', ' frequency_segment ')).code).toBe(0);
    expect(written()).toBe(expected);
  });

  it('is decided for now when no date is given, which is said for the next time', async () => {
    const input = write('now.csv', csv);
    const { out } = await runCommand(scoreCommand, [
      '--input',
      input,
      '--output',
      output,
      '--segment',
      'frequency_segment',
    ]);
    expect(out).toMatch(/--as-of \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ gives the same again/);
  });

  it('comes with an object for programs', async () => {
    const { out, err } = await score(write('json.csv', csv), '--segment', 'frequency_segment', '--json');
    const report = JSON.parse(out);
    expect(report).toMatchObject({ path: output, customers: 2, rejected: {}, as_of: `${AS_OF}T00:00:00Z` });
    expect(report.lines.map(({ country }: { country: string }) => country).sort()).toEqual([
      'Latvia',
      'Peru',
    ]);
    expect(err).toContain('Scored 2 of 2');
  });
});

describe('customers who cannot be decided for', () => {
  it('are left out, counted and kept with line, reason and message', async () => {
    const input = write(
      'bad.csv',
      'id,country_code,total_orders\n1,Peru,3\n2,,3\n3,Peru\n4,Peru,x\n5,Peru,\n"6,Peru,1\n7,Peru,4\n',
    );
    const rejects = join(folder, 'kept-rejects.csv');
    const { code, out } = await score(input, '--segment', 'frequency_segment', '--rejects', rejects);
    expect(code).toBe(0);
    expect(
      written()
        .trimEnd()
        .split('\n')
        .map((line) => line.split(',')[0]),
    ).toEqual(['id', '1', '7']);
    const lines = written(rejects).trimEnd().split('\n');
    expect(lines[0]).toBe('line,reason,message,id,country_code,total_orders,malformed_row');
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 2).join())).toEqual([
      '3,invalid_request',
      '4,malformed_row',
      '5,invalid_request',
      '6,missing_field',
      '7,malformed_row',
    ]);
    expect(lines[3]).toMatch(/,4,Peru,x,$/);
    expect(out).toContain('Not decided: 5; the first is line 3: country_code: expected text');
  });

  it('have members in NDJSON that the first one has not', async () => {
    const input = write(
      'members.ndjson',
      '{"id":1,"country_code":"Peru","total_orders":3}\n{"id":2,"country_code":"Peru","total_orders":3,"note":"x"}\n' +
        '{"total_orders":3,"country_code":"Peru"}\n',
    );
    const rejects = join(folder, 'members-rejects.csv');
    const { code, out } = await score(input, '--segment', 'frequency_segment', '--rejects', rejects);
    expect(code).toBe(0);
    expect(out).toContain(
      'the first is line 2: expected the members of the first object, found "note" as well',
    );
    const ids = written()
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',')[0]);
    expect(ids).toEqual(['id', '1', '']);
    expect(written(rejects)).toMatch(/^2,malformed_row,/m);
  });

  it('end the run when there is no other customer', async () => {
    const { code, err } = await score(
      write('none.csv', 'country_code\nPeru\n'),
      '--segment',
      'recency_segment',
    );
    expect(code).toBe(1);
    expect(err).toContain('no customer could be decided for');
    expect(err).toContain('expected last_order_ts');
  });
});

describe('nothing is written', () => {
  const good = 'country_code,total_orders\nPeru,3\nPeru,3\n';
  const frequency = ['--segment', 'frequency_segment'];
  it.each<[string, string, string[], number, RegExp]>([
    [
      'past the budget',
      good,
      [...frequency, '--max-spend', '1'],
      1,
      /at most 1\.00 \(--max-spend\), got \d+\.\d\d, so nothing/,
    ],
    [
      'for an unknown segment',
      good,
      ['--segment', 'x'],
      1,
      /expected --segment to be one of .*recency_segment/,
    ],
    ['with two ways to name the segment', 'country_code,segment_name\nPeru,x\n', frequency, 1, /got both/],
    [
      'over a column that is there',
      'country_code,total_orders,segment\nPeru,3,gold\n',
      frequency,
      1,
      /no column "segment".*--prefix/,
    ],
    [
      'without a country',
      'country,total_orders\nPeru,3\n',
      frequency,
      1,
      /"country_code" \(closest match: "country"\)/,
    ],
    ['for two columns of one name', 'country_code,country_code\nPeru,3\n', frequency, 1, /found two/],
    ['without customers', 'country_code,total_orders\n', frequency, 1, /a header and no row/],
    ['for an empty file', '', frequency, 1, /empty file/],
    ['for a binary file', 'country_code\0', frequency, 1, /NUL/],
    [
      'for an invalid budget',
      good,
      [...frequency, '--max-spend', 'x'],
      2,
      /expected --max-spend to be an amount/,
    ],
    [
      'for a budget below zero',
      good,
      [...frequency, '--max-spend', '-1'],
      2,
      /expected --max-spend to be an amount such as 50000, .*, got "-1"/,
    ],
    [
      'for an invalid date',
      good,
      [...frequency, '--as-of', '2026-02-30'],
      2,
      /expected --as-of to be a date/,
    ],
    [
      'over the input',
      good,
      [...frequency, '--output', join(folder, 'nothing.csv')],
      2,
      /not to write over it/,
    ],
    ...['--output', '--rejects'].map((option): [string, string, string[], number, RegExp] => [
      `to a name of another format for ${option}`,
      good,
      [...frequency, option, join(folder, 'vouchers.parquet')],
      2,
      /expected the name of a text file for --(?:output|rejects), got .*vouchers\.parquet: what is written is CSV or NDJSON/,
    ]),
    [
      'without an artifact',
      good,
      [...frequency, '--artifact', join(folder, 'nothing.csv')],
      1,
      /build it again with npm run build:artifact/,
    ],
    [
      'from an artifact that was changed under its version, which the service would refuse',
      good,
      [...frequency, '--artifact', write('changed.json', JSON.stringify({ ...artifact, countries: {} }))],
      1,
      /its content is not that of version \w{16}: it was changed or damaged/,
    ],
  ])('%s', async (_, content, args, status, message) => {
    const input = write('nothing.csv', content);
    const before = left();
    const others = {
      '--input': input,
      '--as-of': AS_OF,
      '--rejects': join(folder, 'nothing-rejects.csv'),
      '--output': join(folder, 'nothing-out.csv'),
    };
    const rest = Object.entries(others).filter(([option]) => !args.includes(option));
    const { code, err } = await runCommand(scoreCommand, [...rest.flat(), ...args]);
    expect(err).toMatch(message);
    expect(code).toBe(status);
    expect(left()).toEqual(before);
    expect(written(input)).toBe(content);
  });

  it('is written up to the very budget, and not past it', async () => {
    const input = write('limit.csv', good);
    const spent = await score(input, ...frequency, '--json');
    const [{ spend }] = JSON.parse(spent.out).spend;
    expect(spend).toBeGreaterThan(0);
    expect((await score(input, ...frequency, '--max-spend', String(spend))).code).toBe(0);
    expect((await score(input, ...frequency, '--max-spend', String(spend - 0.001))).code).toBe(1);
  });

  it.each([
    ['--output', 'artifact.json'],
    ['--output', 'config.json'],
    ['--rejects', 'artifact.json'],
    ['--rejects', 'config.json'],
  ])('by %s over the %s that it reads', async (option, name) => {
    const input = write('over.csv', good);
    const files = {
      'artifact.json': write('artifact.json', readFileSync(join(ROOT, 'artifacts/current.json'))),
      'config.json': write('config.json', readFileSync(join(ROOT, 'config/voucher.json'))),
    };
    const path = join(folder, name);
    const content = written(path);
    const { code, err } = await runCommand(scoreCommand, [
      ...['--input', input, ...frequency, option, path],
      ...(option === '--output' ? [] : ['--output', join(folder, 'over-out.csv')]),
      ...['--artifact', files['artifact.json'], '--config', files['config.json']],
    ]);
    expect([code, err]).toEqual([2, expect.stringContaining(`to read ${path}, not to write over it`)]);
    expect(written(path)).toBe(content);
  });

  it('twice to one file', async () => {
    const input = write('twice.csv', good);
    const { code, err } = await score(
      input,
      ...frequency,
      '--rejects',
      join(folder, 'out/../out/vouchers.csv'),
    );
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('expected different files for --output and --rejects'),
    ]);
  });

  const windows = process.platform === 'win32';
  it.skipIf(windows)(
    `within a budget to a pipe, which cannot be emptied again${windows ? ' (skipped: Windows has no such pipes)' : ''}`,
    async () => {
      const input = write('told.csv', good);
      const pipe = join(folder, 'told.pipe');
      execFileSync('mkfifo', [pipe]);
      for (const option of ['--output', '--rejects']) {
        const { code, err } = await score(input, ...frequency, '--max-spend', '1e6', option, pipe);
        expect([code, err]).toEqual([2, expect.stringContaining('to write a file with --max-spend, got ')]);
      }
    },
  );

  it('is written within the budget, and over a taken name with a prefix', async () => {
    const input = write('taken.csv', 'country_code,total_orders,segment\nPeru,3,gold\n');
    const { code } = await score(input, ...frequency, '--max-spend', '1e6', '--prefix', 'offer_');
    expect(code).toBe(0);
    expect(written()).toMatch(
      /^country_code,total_orders,segment,offer_voucher_amount,offer_segment_name,offer_segment,/,
    );
  });
});

describe('what is scored from, and with', () => {
  const folder = temporaryFolder();
  const customers = join(folder.path, 'campaign.csv');
  const output = join(folder.path, 'vouchers.csv');
  writeFileSync(
    customers,
    'country_code,last_order_ts,total_orders\nPeru,2026-06-20,3\nAtlantis,2026-06-20,3\n',
  );
  const scored = (...rest: string[]) =>
    runCommand(scoreCommand, ['--input', customers, '--output', output, '--as-of', '2026-07-01', ...rest]);

  it('is said in the first line, with a warning for the sample', async () => {
    const { code, out, err } = await scored();
    expect(code).toBe(0);
    expect(out).toMatch(/^Answers from artifacts\/current.json: version [0-9a-f]{16}, history of 20\d\d-/);
    expect(err).toContain('this is the sample, whose amounts are made up');
  });

  it('is default_segment without --segment and without a column, and a default is warned of', async () => {
    const { err } = await scored();
    const text = readFileSync(output, 'utf8');
    expect(text).toMatch(/Peru,.*,detailed_segment,/);
    expect(err).toContain(
      '1 of 2 customers (50.0%) get the default: 1 of a country that is not in the history. Of the rows of the history it would answer 0% asked with detailed_segment. Set default_amount in the config for other countries.',
    );
  });

  it('says why customers get the default: in no band of the segment, with the share of the history and the setting', async () => {
    const { err } = await scored('--segment', 'recency_segment');
    expect(err).toContain(
      '2 of 2 customers (100.0%) get the default: 1 in no band of the segment, 1 of a country that is not in the history. Of the rows of the history it would answer 9.6% asked with recency_segment (9.6% in no band). Set "fallback": ["country"]',
    );
  });

  it('is what it names: no version and no file is an error with what to do', async () => {
    const { code, err } = await scored('--artifact', 'lively.json');
    expect([code, err]).toEqual([1, expect.stringContaining('lively.json')]);
  });
});
