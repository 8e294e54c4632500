import { describe, expect, it } from 'vitest';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import type { Compared } from '../../../src/core/publish/compared.ts';
import { diffArtifacts } from '../../../src/core/publish/diff.ts';
import { objectionsTo } from '../../../src/core/publish/guards.ts';
import { livePointer } from '../../../src/core/publish/publish.ts';
import { UPLOADS } from '../../../src/ingest/names.ts';
import { artifactOf, rawRow, shippedConfig } from '../../support/histories.ts';
import { MemoryIngestion } from '../../support/memory-ingestion.ts';
import { csvOf, exportsFolder, HEALTHY, healthyRows, withColumn } from '../support/exports.ts';

const { write, build } = exportsFolder();

describe('an amount that cannot be read ends the build with its text, its line and the setting that reads it', () => {
  it.each<[string[], Record<string, unknown> | null]>([
    [['€ 10', '20 €', '30.5 EUR', '€1000'], { currency_signs: ['€', 'EUR'] }],
    [['10', '20 €'], { currency_signs: ['€'] }],
    [['£10', '£20', '£30.5', '£1000'], { currency_signs: ['£'] }],
    [['10 kr', '20 kr', '30.5 kr', '1000 kr'], { currency_signs: ['kr'] }],
    [['10', '20', '30.5', '"1,000"'], { decimal: '.', grouping: ',' }],
    [['10', '20', '30.5', '1\u00a0000'], { decimal: '.', grouping: ' ' }],
    [['10', '20', '30.5', '1’000'], { decimal: '.', grouping: "'" }],
    [['10', '20', '"30,5"', '1000'], { decimal: ',' }],
    [['10', '20', '"30,5"', '1.000'], { decimal: ',', grouping: '.' }],
    [
      ['"10,00 €"', '"20,00 €"', '"30,50 €"', '"1.000,00 €"'],
      { decimal: ',', grouping: '.', currency_signs: ['€'] },
    ],
    [['10%', '20%'], null],
    [['-10', '20', '30.5', '(1000)'], null],
    [['####', '####', '####', '####'], null],
    [['10', 'twenty'], null],
  ])('%j', async (amounts, numbers) => {
    const input = write('in.csv', csvOf(withColumn('amount', amounts)));
    const refused = await build(input);
    expect(refused.code).toBe(1);
    expect(refused.said).toContain('voucher_amount');
    expect(refused.said).toMatch(/\(in\.csv:[2-5]\)/);
    expect(refused.said).toContain('guards.largest_share_unreadable');
    const setting = /set numbers to (\{.*?\}) in/.exec(refused.said)?.[1];
    if (numbers === null) expect(setting).toBeUndefined();
    else {
      expect(JSON.parse(setting ?? '{}')).toMatchObject(numbers);
      const read = await build(input, { numbers: JSON.parse(setting ?? '{}') });
      expect(read).toMatchObject({ code: 0, said: '', amounts: HEALTHY });
    }
  });
});

describe('orders', () => {
  it('that are written with a plus or an exponent are read', async () => {
    const { code, quality } = await build(
      write('orders.csv', csvOf(withColumn('orders', ['+3', '4e1', '1.00E+01', '15.0']))),
    );
    expect({ code, filled: quality.total_orders_filled }).toEqual({ code: 0, filled: 0 });
  });

  it('that cannot be read are not taken for none', async () => {
    const input = write('orders.csv', csvOf(withColumn('orders', ['3', '7', '15', '"1,234"'])));
    const { code, said } = await build(input);
    expect(code).toBe(1);
    expect(said).toContain('"1,234" (orders.csv:5)');
    expect((await build(input, { numbers: { grouping: ',' } })).code).toBe(0);
  });
});

describe('amounts that were read before', () => {
  const good = Array.from({ length: 300 }, () => healthyRows()).flat();
  const config = shippedConfig();

  it.each<[string, (amount: string) => string, RegExp]>([
    ['have a decimal comma', (amount) => `"${amount},5"`, /voucher_amount: 1200 of 1200 rows \(100%\)/],
    ['are all missing', () => 'NULL', /mean amount|no amount/],
  ])('and now %s never go live, from the command line or by an upload', async (_, form, sentence) => {
    const bad = csvOf(good.map((row) => row.with(5, form(row[5] ?? ''))));
    const deployment = new MemoryIngestion(config);
    const upload = async (content: string) => {
      await deployment.bucket.put(`${UPLOADS}history.csv`, content);
      await deployment.cron();
      await deployment.settle();
      return (await deployment.sequencer.runs())[0];
    };
    const first = await upload(csvOf(good));
    expect(first).toMatchObject({ state: 'published', reasons: [] });
    const second = await upload(bad);
    expect(second?.state).toBe('refused');
    expect(
      [...(second?.reasons ?? []), ...(second?.quarantined ?? []).map(({ reason }) => reason)].join('\n'),
    ).toMatch(sentence);
    expect((await livePointer(deployment.kv))?.version).toBe(first?.version);

    const rows = good.map((row) => rawRow(row));
    const sides = [
      rows,
      rows.map((row) => ({ ...row, voucher_amount: form(row.voucher_amount).replaceAll('"', '') })),
    ];
    const [before, after] = await Promise.all(
      sides.map(async (side) => {
        const { table, statistics } = await artifactOf(side, config);
        return { compiled: compileArtifact(table), statistics };
      }),
    );
    const objections = objectionsTo(diffArtifacts(before ?? null, after as Compared), config.guards);
    expect(objections.map(({ guard }) => guard)).toContain('largest_mean_change');
  });
});

describe('below the largest share', () => {
  const many = Array.from({ length: 300 }, () => healthyRows()).flat();

  it('what cannot be read is counted apart and named in a warning', async () => {
    const rows = many.with(7, many[7]?.with(5, '20 €') ?? []);
    const { code, said, quality } = await build(write('many.csv', csvOf(rows)));
    expect(code).toBe(0);
    expect(quality).toMatchObject({ voucher_amount_unreadable: 1, voucher_amount_imputed: 1 });
    expect(said).toContain('"20 €" (many.csv:9)');
  });

  it('one country without any amount that can be read ends the build all the same', async () => {
    const rows = [...many, healthyRows()[0]?.with(1, 'Chile').with(5, '5 €') ?? []];
    const { code, said } = await build(write('many.csv', csvOf(rows)));
    expect(code).toBe(1);
    expect(said).toContain('"Chile"');
  });

  it('two formats in one column end the build with an example of both', async () => {
    const rows = many.with(7, many[7]?.with(5, '"20,25"') ?? []);
    const { code, said } = await build(write('many.csv', csvOf(rows)));
    expect(code).toBe(1);
    expect(said).toMatch(/no format reads both "20,25" \(many\.csv:9\) and "30\.5" \(many\.csv:\d+\)/);
  });

  it('a first order that cannot be read is counted', async () => {
    const rows = many.with(3, many[3]?.with(3, 'soon') ?? []);
    const { quality, said } = await build(write('many.csv', csvOf(rows)));
    expect(quality.first_order_ts_unreadable).toBe(1);
    expect(said).toContain('"soon" (many.csv:5)');
  });
});

it('the guard of what cannot be read is a setting', async () => {
  const input = write('guard.csv', csvOf(withColumn('amount', ['10', '20 €'])));
  expect((await build(input, { guards: { largest_share_unreadable: 0.25 } })).code).toBe(0);
});

describe('a null word', () => {
  it.each(['NULL', '\\N', 'None', 'nan', 'N/A', '#N/A', '-', 'NaT', '<NA>'])(
    '%s is missing in every field',
    async (word) => {
      const rows = [...healthyRows(), ...[1, 3, 4, 5].map((at) => healthyRows()[0]?.with(at, word) ?? [])];
      const { code, quality, amounts } = await build(write('null.csv', csvOf(rows)));
      expect(code).toBe(0);
      expect(quality).toMatchObject({
        rows_kept: 7,
        total_orders_filled: 1,
        voucher_amount_imputed: 1,
        total_orders_unreadable: 0,
        voucher_amount_unreadable: 0,
        first_order_ts_unreadable: 0,
      });
      expect(quality.dropped.missing_country_code).toBe(1);
      expect(Object.keys(amounts).sort()).toEqual(['China', 'Peru']);
    },
  );

  it('does not take Namibia', async () => {
    const { amounts } = await build(write('na.csv', csvOf(withColumn('country', ['NA', 'NA', 'NA', 'NA']))));
    expect(amounts).toEqual({ NA: [10, 20, 30.5, 1000] });
  });
});

describe('times that a setting would read', () => {
  it.each([
    ['epoch_seconds', '1777629600', '1773565200'],
    ['epoch_milliseconds', '1777629600000', '1773565200000'],
    ['excel_serial', '46143.41667', '46096.37500'],
    ['day_month_year', '01.05.2026 10:00', '15.03.2026 09:00'],
    ['month_day_year', '05/01/2026 10:00 AM', '03/15/2026 9:00 AM'],
  ])('are refused with that setting, and read with it: %s', async (format, timestamp, last) => {
    const row = [timestamp, 'Peru', last, '', '3', '10'];
    const input = write('times.csv', csvOf([row, row]));
    const refused = await build(input);
    expect(refused.code).toBe(1);
    expect(refused.said).toContain(`${JSON.stringify(timestamp)} (times.csv:2)`);
    expect(refused.said).toContain(`set times.format to "${format}"`);
    const { code, quality } = await build(input, { times: { format } });
    expect({ code, kept: quality.rows_kept }).toEqual({ code: 0, kept: 2 });
  });

  it('name the file of a folder that is lost whole', async () => {
    write('folder/2026-04.csv', csvOf(healthyRows()));
    const input = write('folder/2026-05.csv', csvOf(healthyRows().map((row) => row.with(0, '01.05.2026'))));
    const { code, said } = await build(input.replace('/2026-05.csv', ''));
    expect(code).toBe(0);
    expect(said).toContain('2026-05.csv: none of its 4 rows is kept');
    expect(said).toContain('"01.05.2026" (2026-05.csv:2)');
  });
});
