import { expect, it } from 'vitest';
import { doctorAt } from '../../../build/commands/doctor.ts';
import { NOW, runCommand } from '../support/command.ts';
import { csvOf, exportsFolder, withColumn } from '../support/exports.ts';

const doctor = doctorAt(() => NOW);

const { write } = exportsFolder();

it.each<[string, string[][], string, RegExp]>([
  ['an amount', withColumn('amount', ['10', '20 €']), 'unreadable_voucher_amount', /currency_signs":\["€"\]/],
  ['orders', withColumn('orders', ['3', '"1,234"']), 'unreadable_total_orders', /"grouping":","/],
  ['a time', withColumn('times', ['01.05.2026']), 'unreadable_timestamp', /times\.format/],
])(
  'the doctor names %s that cannot be read first, with line, share and remedy',
  async (_, rows, disease, remedy) => {
    const input = write('ill.csv', csvOf(rows));
    const { code, out } = await runCommand(doctor, ['--input', input, '--json']);
    expect(code).toBe(0);
    const [first] = JSON.parse(out).findings;
    expect(first).toMatchObject({ disease, count: 1, of: 'rows' });
    expect(first.remedy).toMatch(remedy);
    expect(first.examples[0]).toMatch(/ at ill\.csv:\d/);
    expect((await runCommand(doctor, ['--input', input])).out).toContain(`${disease}: 1 row, 25.0% of all`);
  },
);
