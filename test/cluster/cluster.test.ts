import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../build/engines/sql/dialects.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import type { RawRow } from '../../src/core/history/clean.ts';
import { artifactOf, rawRow } from '../support/histories.ts';
import { oddRows } from '../support/odd-rows.ts';
import { build, ROOT, spawnBuild } from '../unit/support/command.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { isSame } from './support/exponents.ts';
import { CountingProxy } from './support/proxy.ts';
import { freePorts, isServerInstalled, PASSWORD, Server, serverMissing } from './support/server.ts';
import { fieldsOf, tabSeparated } from './support/tables.ts';

const folder = temporaryFolder();
const STRINGS = FIELDS.map((field) => `${field} String`).join(', ');

describe.runIf(isServerInstalled)(`a cluster of two shards${serverMissing}`, () => {
  let shards: [Server, Server];
  /** Between the first server, which is asked, and the second one. */
  let between: CountingProxy;
  let outs = 0;

  beforeAll(async () => {
    const [first = 0, second = 0] = await freePorts(2);
    between = await CountingProxy.start(second);
    shards = await Promise.all([Server.start(first, [first, between.port]), Server.start(second)]);
  });
  afterAll(async () => {
    await between?.stop();
    for (const shard of shards ?? []) await shard.stop();
  });
  afterEach(() => {
    delete process.env.CLICKHOUSE_USER;
    delete process.env.CLICKHOUSE_PASSWORD;
  });

  const out = () => join(folder.path, `out-${outs++}`);
  /** Random rows have more that cannot be read than a build lets through. */
  const LENIENT = ['--config', folder.write('lenient.json', JSON.stringify(lenientConfig()))];
  const read = (table: string, ...more: string[]) =>
    build(['--clickhouse-url', shards[0].url, '--table', table, '--out', out(), '--json', ...more]);

  /** A Distributed table whose rows lie on both shards, every second one on each. */
  async function distribute(
    name: string,
    rows: readonly (readonly string[])[],
    structure = STRINGS,
  ): Promise<void> {
    for (const [at, shard] of shards.entries()) {
      await shard.run(`CREATE TABLE ${name}_local (${structure}) ENGINE = MergeTree ORDER BY tuple()`);
      const own = rows.filter((_, index) => index % 2 === at);
      if (own.length > 0) await shard.run(`INSERT INTO ${name}_local FORMAT TabSeparated`, tabSeparated(own));
    }
    await shards[0].run(
      `CREATE TABLE ${name} AS ${name}_local ENGINE = Distributed(pair, default, ${name}_local)`,
    );
  }

  it('gives the version and the quality that the rows have, through a Distributed table and through one shard', async () => {
    const rows = withAmounts(fc.sample(oddRows, 20_000).filter((row) => isSame(row, 'clickhouse')));
    await distribute('odd', rows.map(fieldsOf));
    for (const [table, expected] of [
      ['odd', rows],
      ['default.odd', rows],
      ['default.odd_local', rows.filter((_, index) => index % 2 === 0)],
    ] as const) {
      const { code, out: text, err } = await read(table, ...LENIENT);
      expect(code, err).toBe(0);
      const artifact = await artifactOf(expected);
      expect(JSON.parse(text)).toMatchObject({ version: artifact.version, quality: artifact.table.quality });
      expect(JSON.parse(text).sources).toMatchObject([{ name: table, rows: expected.length }]);
    }
  });

  it('sends as much for many rows as for few, to whom asks and from shard to shard', async () => {
    const rows = withAmounts(fc.sample(oddRows, 500)).map(fieldsOf);
    await distribute('few', rows);
    await distribute('many', Array.from({ length: 60 }, () => rows).flat());
    const asked = await CountingProxy.start(Number(new URL(shards[0].url).port));
    const bytes = new Map<string, { answer: number; shard: number }>();
    for (const table of ['few', 'many']) {
      const before = { answer: asked.received, shard: between.received };
      const { code, err } = await build([
        ...['--clickhouse-url', `http://127.0.0.1:${asked.port}`, '--table', table],
        ...['--out', out(), '--json', ...LENIENT],
      ]);
      expect(code, err).toBe(0);
      bytes.set(table, { answer: asked.received - before.answer, shard: between.received - before.shard });
    }
    await asked.stop();
    const [few, many] = [bytes.get('few'), bytes.get('many')];
    console.log(`bytes for 500 rows and for 30,000: ${JSON.stringify([few, many])}`);
    // The same groups, with counts that have two digits more.
    expect(many?.answer).toBeLessThan((few?.answer ?? 0) * 1.1);
    expect(many?.shard).toBeLessThan((few?.shard ?? 0) * 1.5);
  });

  it.each(['.', ','])(
    'reads typed columns as the text with the same meaning, decimal mark %s',
    async (decimal) => {
      const types = {
        timestamp: "DateTime('Asia/Tokyo')",
        country_code: 'Nullable(String)',
        last_order_ts: 'Date',
        first_order_ts: 'Nullable(DateTime)',
        total_orders: 'Nullable(Float64)',
        voucher_amount: 'Decimal(9, 2)',
      };
      const structure = FIELDS.map((field) => `${field} ${types[field]}`).join(', ');
      // Seconds since 1970 are read in no zone.
      const rows = [
        ['1532199561', 'Peru', '2018-06-20', '1514764800', '15', '26.40'],
        ['1532199561', 'Peru', '2018-07-21', '\\N', '2.5', '0'],
        ['1532131200', 'Peru', '2018-07-22', '1514764800', '3', '5'],
        ['1532131199', 'Latvia', '2018-07-20', '1532131200', '\\N', '7.10'],
        ['1532131200', '\\N', '2018-06-20', '1514764800', '3', '5'],
      ];
      await shards[0].run('DROP TABLE IF EXISTS typed');
      await shards[0].run(`CREATE TABLE typed (${structure}) ENGINE = Memory`);
      await shards[0].run(
        'INSERT INTO typed FORMAT TabSeparated',
        rows.map((row) => `${row.join('\t')}\n`).join(''),
      );
      const expected = [
        ['2018-07-21 18:59:21', 'Peru', '2018-06-20', '2018-01-01', '15', '26.4'],
        ['2018-07-21 18:59:21', 'Peru', '2018-07-21', '', '2.5', '0'],
        ['2018-07-21', 'Peru', '2018-07-22', '2018-01-01', '3', '5'],
        ['2018-07-20 23:59:59', 'Latvia', '2018-07-20', '2018-07-21', '', '7.1'],
        ['2018-07-21', '', '2018-06-20', '2018-01-01', '3', '5'],
      ];
      const artifact = await artifactOf(expected.map(rawRow));
      const config = { ...lenientConfig(), numbers: { decimal } };
      const path = folder.write('decimal.json', JSON.stringify(config));
      const { out: text, err } = await read('typed', '--config', path);
      expect(text, err).not.toBe('');
      expect(JSON.parse(text)).toMatchObject({ version: artifact.version, quality: artifact.table.quality });
    },
  );

  it('takes user and password from the environment', async () => {
    await shards[0].run(`CREATE TABLE secret (${STRINGS}) ENGINE = Memory`);
    await shards[0].run(
      'INSERT INTO secret FORMAT TabSeparated',
      tabSeparated([['2018-07-21', 'Peru', '2018-06-20', '', '1', '5']]),
    );
    process.env.CLICKHOUSE_USER = 'reader';
    process.env.CLICKHOUSE_PASSWORD = PASSWORD;
    expect(await read('secret')).toMatchObject({ code: 0 });
    process.env.CLICKHOUSE_PASSWORD = 'open barley';
    const { code, err } = await read('secret');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: secret: http:\S+: the password is wrong \(ClickHouse code 193\): set CLICKHOUSE_USER and/,
    );
    expect(err).not.toMatch(/barley|sesame/);
  });

  it.each([
    ['hasty', /^error: cut_\w+: http:\S+: ClickHouse refused with code 158: Limit for rows to read exceeded/],
    ['fixed', /^error: cut_\w+: http:\S+: the user may not change settings .* \(ClickHouse code 164\)\n$/],
  ])('publishes no counts that a limit of the user %s cuts short', async (user, sentence) => {
    await endless(`cut_${user}`, shards[0]);
    process.env.CLICKHOUSE_USER = user;
    const { code, out: text, err } = await read(`cut_${user}`);
    expect([code, text, err]).toEqual([1, '', expect.stringMatching(sentence)]);
  });

  it.each([
    [
      'an unknown table',
      'default.nothing',
      'default.nothing: http://…: there is no such table (ClickHouse code 60)',
    ],
    [
      'an unknown database',
      'nowhere.odd',
      'nowhere.odd: http://…: there is no such database (ClickHouse code 81)',
    ],
    [
      'a name with quotes',
      "a`b'; DROP TABLE x",
      "a`b'; DROP TABLE x: http://…: there is no such table (ClickHouse code 60)",
    ],
    ['a name of three parts', 'a.b.c', 'a.b.c: --table takes a table such as db.history, got "a.b.c"'],
  ])('says in a sentence that it cannot read %s', async (_, table, sentence) => {
    const { code, err } = await read(table);
    expect(code).toBe(1);
    expect(err.replace(/http:\/\/[\d.:]+\d/, 'http://…')).toBe(`error: ${sentence}\n`);
  });

  it('reads columns by any name', async () => {
    const names = { total_orders: "it's `an` \\ order;\nDROP TABLE odd --", voucher_amount: 've_amount' };
    const structure = STRINGS.replace(/total_orders|voucher_amount/g, (field) =>
      DIALECTS.clickhouse.identifier(names[field as keyof typeof names]),
    );
    await shards[0].run(`CREATE TABLE named (${structure}) ENGINE = Memory`);
    const row = ['2018-07-21', 'Peru', '2018-06-20', '', '15', '5'];
    await shards[0].run('INSERT INTO named FORMAT TabSeparated', tabSeparated([row]));
    const config = join(folder.path, 'named.json');
    const shipped = JSON.parse(readFileSync(`${ROOT}config/voucher.json`, 'utf8'));
    writeFileSync(config, JSON.stringify({ ...shipped, columns: { ...shipped.columns, ...names } }));
    const { code, out: text, err } = await read('named', '--config', config);
    expect(code, err).toBe(0);
    expect(JSON.parse(text).quality).toMatchObject({
      rows_kept: 1,
      total_orders_filled: 0,
      voucher_amount_imputed: 0,
    });
  });

  it('names the column that a table lacks', async () => {
    await shards[0].run(
      'CREATE TABLE lacking (timestamp String, country_code String, last_order_ts String, orders String, voucher_amount String) ENGINE = Memory',
    );
    const { code, err } = await read('lacking');
    expect(code).toBe(1);
    expect(err).toContain('lacking: expected a column "total_orders" (closest match: "orders")');
  });

  it('refuses --rejects in a sentence, and leaves no file', async () => {
    const path = join(folder.path, 'rejects.csv');
    const { code, err } = await read('odd', '--rejects', path);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('--rejects is not offered for a table on a server'),
    ]);
    expect(existsSync(path)).toBe(false);
  });

  it('says that a query was killed, and publishes nothing', async () => {
    await endless('killed_local', shards[0]);
    const target = out();
    const { done } = spawnBuild([
      '--clickhouse-url',
      shards[0].url,
      '--table',
      'killed_local',
      '--out',
      target,
    ]);
    await running(shards[0], 'killed_local');
    // ClickHouse loses a kill that comes while a query is being set up.
    const kill = () =>
      shards[0].run("KILL QUERY WHERE query LIKE '%killed_local%' AND query NOT LIKE '%KILL QUERY%'");
    const again = setInterval(() => void kill().catch(() => {}), 1_000);
    await kill();
    const { code, err } = await done.finally(() => clearInterval(again));
    expect([code, err]).toEqual([1, expect.stringMatching(/the query was killed \(ClickHouse code 394\)/)]);
    expect(existsSync(target)).toBe(false);
  });

  // The last one: it takes a shard away.
  it('says that a shard died in mid-query, and publishes nothing', async () => {
    const rows = [['2018-07-21', 'Peru', '2018-06-20', '', '1', '5']];
    await shards[0].run(`CREATE TABLE dying_local (${STRINGS}) ENGINE = Memory`);
    await shards[0].run('INSERT INTO dying_local FORMAT TabSeparated', tabSeparated(rows));
    await endless('dying_local', shards[1]);
    await shards[0].run('CREATE TABLE dying AS dying_local ENGINE = Distributed(pair, default, dying_local)');
    const target = out();
    const { done } = spawnBuild(['--clickhouse-url', shards[0].url, '--table', 'dying', '--out', target]);
    await running(shards[1], 'dying_local');
    await shards[1].stop();
    const { code, out: text, err } = await done;
    expect([code, text]).toEqual([1, '']);
    expect(err).toMatch(/^error: dying: http:\S+: a server .* \(ClickHouse code (?:32|209|210|279)\)\n$/);
    expect(existsSync(target)).toBe(false);

    const again = await read('dying');
    expect(again.code).toBe(1);
    expect(again.err).toMatch(
      /a server of the cluster cannot be reached, so nothing is counted \(ClickHouse code 279\)/,
    );
  });
});

/** Every country has an amount that can be read: without one, a build ends. */
function withAmounts(rows: readonly RawRow[]): RawRow[] {
  const countries = new Map(rows.map((row) => [row.country_code, row]));
  const extra = Array.from(countries.keys(), (country) =>
    rawRow(['2018-07-21', country, '2018-06-20', '', '1', '5']),
  );
  // On both shards.
  return [...rows, ...extra.flatMap((row) => [row, row])];
}

function lenientConfig(): Record<string, unknown> {
  const shipped = JSON.parse(readFileSync(`${ROOT}config/voucher.json`, 'utf8'));
  return { ...shipped, guards: { ...shipped.guards, largest_share_unreadable: 1 } };
}

/** A view whose rows never end: a query of it is still running when a test looks at it. */
async function endless(name: string, server: Server): Promise<void> {
  const values = ['2018-07-21', 'Peru', '2018-06-20', '', '1', '5'];
  const columns = FIELDS.map((field, index) => `'${values[index]}' AS ${field}`).join(', ');
  await server.run(`CREATE VIEW ${name} AS SELECT ${columns} FROM system.numbers`);
}

/** Waits until a query of a table reads rows there. */
async function running(server: Server, table: string): Promise<void> {
  const query = `SELECT count() FROM system.processes WHERE read_rows > 0 AND query LIKE '%${table}%' AND query NOT LIKE '%system.processes%'`;
  while ((await server.run(query)) === '0') await setTimeout(20);
}
