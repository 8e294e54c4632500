import { expect, it } from 'vitest';
import { doctorAt } from '../../../build/commands/doctor.ts';
import { shippedConfig } from '../../support/histories.ts';
import { NOW, runCommand } from '../support/command.ts';
import { csvOf, exportsFolder, healthyRows, withColumn } from '../support/exports.ts';

const doctor = doctorAt(() => NOW);

const { write, path, build } = exportsFolder();

it.each<[string, string[][], string, RegExp, number]>([
  [
    'an amount',
    withColumn('amount', ['10', '20 €']),
    'unreadable_voucher_amount',
    /currency_signs":\["€"\]/,
    1,
  ],
  ['orders', withColumn('orders', ['3', '"1,234"']), 'unreadable_total_orders', /"grouping":","/, 1],
  // Its row is dropped, and the others are built from.
  ['a time', withColumn('times', ['01.05.2026']), 'unreadable_timestamp', /times\.format/, 0],
])(
  'the doctor names %s that cannot be read first, with line, share and remedy',
  async (_, rows, disease, remedy, refuses) => {
    const input = write('ill.csv', csvOf(rows));
    const { code, out } = await runCommand(doctor, ['--input', input, '--json']);
    expect(code).toBe(refuses);
    const [first] = JSON.parse(out).findings;
    expect(first).toMatchObject({ disease, count: 1, of: 'rows' });
    expect(first.remedy).toMatch(remedy);
    expect(first.examples[0]).toMatch(/ at ill\.csv:\d/);
    const { out: text } = await runCommand(doctor, ['--input', input]);
    expect(text).toContain(`${disease}: 1 row, 25.0% of all`);
    const end =
      refuses === 1 ? /A build would be refused: .* may be so/ : /A build would not be refused\.\n$/;
    expect(text.replaceAll(/\n(?!$)/g, ' ')).toMatch(end);
  },
);

it.each<[string, string, string, RegExp]>([
  [
    'a second header',
    csvOf(healthyRows()).repeat(2),
    'unreadable_timestamp',
    /; line 6 of ill\.csv is a second header: join exports without their headers/,
  ],
  [
    'a row of another shape',
    `${csvOf(healthyRows())}a,b\n`,
    'malformed_row',
    /line 6 of ill\.csv has 2 fields, and the header 6: "a,b"/,
  ],
  [
    'a backslash before a delimiter',
    `${csvOf(healthyRows())}${healthyRows()[0]?.join(',')}\\,x\n`,
    'malformed_row',
    /has 7 fields, and the header 6 \(a backslash before a delimiter is not read/,
  ],
])('the doctor says what a build says of %s', async (_, content, disease, sentence) => {
  const input = write('ill.csv', content);
  const { out } = await runCommand(doctor, ['--input', input, '--json']);
  const found = JSON.parse(out).findings.find((one: { disease: string }) => one.disease === disease);
  expect(`${found.what}; ${found.remedy}`).toMatch(sentence);
});

const many = (rows: number, row: (at: number) => string[]) =>
  csvOf(Array.from({ length: rows }, (_, at) => row(at)));
const [healthy = []] = healthyRows();
const amounts = (values: readonly string[]) => csvOf(values.map((value) => healthy.with(5, value)));

it.each<[string, string | Uint8Array, number, Record<string, unknown>?]>([
  ['healthy rows', csvOf(healthyRows()), 0],
  ['an empty file', '', 1],
  ['a header alone', csvOf([]), 1],
  ['no column of a history', 'a,b\n1,2\n', 1],
  ['a column too few', csvOf(healthyRows()).replaceAll(/,[^,]*$/gm, ''), 1],
  ['rows that are all malformed', `${csvOf([])}1,2\n3,4\n`, 1],
  ['rows that are mostly malformed', `${csvOf(healthyRows())}${'1,2\n'.repeat(9)}`, 0],
  ['a quote that is not closed', csvOf([...healthyRows(), ['"']]), 0],
  ['no time that can be read', csvOf(withColumn('times', Array(4).fill('1.5.2026'))), 1],
  ['no country', csvOf(withColumn('country', Array(4).fill('NULL'))), 1],
  ['orders after the vouchers', csvOf(healthyRows().map((row) => row.with(2, '2027-01-01'))), 1],
  ['no amount at all', amounts(['', '', 'NULL']), 0],
  ['no amount that can be read', amounts(['ten', 'ten']), 1],
  ['nine amounts in ten that cannot be read', amounts([...Array(9).fill('"10,5"'), '10']), 1],
  ['one amount in 200 that cannot be read', amounts([...Array(199).fill('10'), 'ten']), 0],
  ['one amount in 50 that cannot be read', amounts([...Array(49).fill('10'), 'ten']), 1],
  [
    'the same, with a guard that allows it',
    amounts([...Array(49).fill('10'), 'ten']),
    0,
    { largest_share_unreadable: 0.1 },
  ],
  [
    'one country without an amount that can be read',
    csvOf([...Array(300).fill(healthy), healthy.with(1, 'Chile').with(5, 'ten')]),
    1,
  ],
  ['orders that cannot be read', csvOf(withColumn('orders', ['many'])), 1],
  ['a first order that cannot be read', csvOf(healthyRows().map((row) => row.with(3, 'long ago'))), 1],
  ['amounts of two formats', amounts(['1,5', '1.000,5', '1,000.5']), 1],
  ['computed amounts', many(1200, (at) => healthy.with(5, String(10 + at / 7))), 1],
  ['a country that is not UTF-8', Buffer.from(csvOf(withColumn('country', ['Per\u00fa'])), 'latin1'), 1],
  [
    'a second header in another order',
    `${csvOf(healthyRows())}country_code,timestamp,last_order_ts,first_order_ts,total_orders,voucher_amount\n`,
    1,
  ],
  ['a damaged gzip', Buffer.from('1f8b0800000000000003deadbeef', 'hex'), 1],
  ['damaged Parquet', `PAR1${'x'.repeat(40)}PAR1`, 1],
  ['a page of HTML', '<!DOCTYPE html><html></html>', 1],
])('the doctor ends as a build does: %s', async (_, content, code, guards) => {
  const input = write('ends.csv', content);
  const built = await build(input, guards && { guards });
  expect(built.code).toBe(code);
  const config = write('ends.json', JSON.stringify({ ...shippedConfig(), ...(guards && { guards }) }));
  const examined = await runCommand(doctor, ['--input', input, '--config', config, '--json']);
  expect(examined.code).toBe(code);
  const refused =
    examined.out === '' ? examined.err.replace(/^error: /, '').trim() : JSON.parse(examined.out).refused;
  if (code === 1) expect(built.said).toContain(refused);
  else expect(refused).toBe(null);
});

it('the doctor reads times as the config says, and names a first order after the last one', async () => {
  const rows = [healthy.with(0, '01.05.2026').with(2, '15.03.2026').with(3, '16.03.2026'), healthy];
  const input = write('times.csv', csvOf(rows));
  const settings = { ...shippedConfig(), times: { format: 'day_month_year' } };
  const config = write('times.json', JSON.stringify(settings));
  const { out } = await runCommand(doctor, ['--input', input, '--config', config, '--json']);
  expect(JSON.parse(out).findings).toContainEqual(
    expect.objectContaining({ disease: 'first_order_after_last', count: 1, examples: ['times.csv:2'] }),
  );
});

it.each<[string, string[], Record<string, unknown>, string[]]>([
  ['one country among others', ['1.500', '2.000', '12.5', '3'], {}, ['grouped.csv:2', 'grouped.csv:3']],
  ['a country whose currency has thousandths', ['1.500', '2.000', '12.5', '3'], { currency: 'KWD' }, []],
  ['a country that has other fractions', ['1.500', '2.5', '12.5', '3'], {}, []],
  ['all countries, of which the file as a whole is doubted', ['1.500', '2.000', '1.250', '3.000'], {}, []],
])(
  'the doctor doubts amounts with three digits after each mark: of %s',
  async (_, amounts, own, examples) => {
    const countries = ['Peru', 'peru', 'China', 'China'];
    const rows = amounts.map((amount, at) => healthy.with(1, countries[at] ?? '').with(5, amount));
    const input = write('grouped.csv', csvOf(rows));
    const config = write('grouped.json', JSON.stringify({ ...shippedConfig(), countries: { Peru: own } }));
    const { out } = await runCommand(doctor, ['--input', input, '--config', config, '--json']);
    const findings: { disease: string; examples: string[] }[] = JSON.parse(out).findings;
    const found = findings.filter(({ disease }) => disease === 'doubtful_country');
    expect(found.flatMap((one) => one.examples)).toEqual(examples);
  },
);

it('the doctor ends as a build does for what is not there, and for nothing', async () => {
  expect((await runCommand(doctor, ['--input', `${path}/none.csv`])).code).toBe(1);
  expect((await build(`${path}/none.csv`)).code).toBe(1);
  const config = write('none.json', JSON.stringify({ ...shippedConfig(), inputs: [] }));
  expect((await runCommand(doctor, ['--config', config])).code).toBe(2);
});
