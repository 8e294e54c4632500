import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { expect, it } from 'vitest';
import { scoreCommand } from '../../../build/commands/score.ts';
import { build, runCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const { path: folder, write } = temporaryFolder();

/** What a spreadsheet would take for a formula (OWASP, CSV injection). */
const FORMULAS = [
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(A1:A9)',
  '\t=1+1',
  '\r=1+1',
  '=HYPERLINK("http://x")',
];
it('score passes cells that look like formulas on unchanged, and adds none', async () => {
  const rows = FORMULAS.flatMap((cell) => [
    // In a column that is only passed on, and in those that are read.
    { customer_id: cell, country_code: 'Peru', total_orders: '4' },
    { customer_id: '1', country_code: cell, total_orders: '4' },
    { customer_id: '1', country_code: 'Peru', total_orders: cell },
  ]);
  const input = write('formulas.csv', `${Papa.unparse(rows, { newline: '\n' })}\n`);
  const [output, rejects] = [join(folder, 'vouchers.csv'), join(folder, 'rejects.csv')];
  await runCommand(scoreCommand, [
    ...['--input', input, '--output', output, '--rejects', rejects, '--as-of', '2026-07-01'],
    ...['--segment', 'frequency_segment'],
  ]);
  const read = (path: string) =>
    Papa.parse<Record<string, string>>(readFileSync(path, 'utf8'), { header: true, skipEmptyLines: true })
      .data;
  const [scored, refused] = [read(output), read(rejects)];
  expect(scored.length).toBeGreaterThanOrEqual(2 * FORMULAS.length);
  expect(scored.length + refused.length).toBe(rows.length);
  const given = rows.map((row) => Object.values(row));
  for (const { customer_id, country_code, total_orders, ...added } of scored) {
    // A line end in a quoted field is written as a line feed.
    expect(given.map((cells) => cells.map((cell) => cell.replace('\r', '\n')))).toContainEqual([
      customer_id,
      country_code,
      total_orders,
    ]);
    expect(Object.values(added).filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
  }
});

it('rejects of a build hold cells that look like formulas unchanged, and add none', async () => {
  const header = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount'.split(',');
  const good = ['2018-07-21', 'Peru', '2018-06-20', '2018-01-01', '15', '5'];
  // Without a timestamp a row is dropped, whatever else it holds.
  const bad = FORMULAS.flatMap((cell) =>
    header.map((_, place) => good.with(0, '').with(place, cell)).concat([[...good, cell]]),
  );
  const input = write('history.csv', `${Papa.unparse([header, good, ...bad], { newline: '\n' })}\n`);
  const rejects = join(folder, 'dropped.csv');
  await build(['--input', input, '--rejects', rejects, '--out', join(folder, 'out')]);
  const [, ...dropped] = Papa.parse<string[]>(readFileSync(rejects, 'utf8').trimEnd()).data;
  expect(dropped).toHaveLength(bad.length);
  for (const [index, [file, , reason, ...cells]] of dropped.entries()) {
    const row = (bad[index] ?? []).map((cell) => cell.replace('\r', '\n'));
    expect([file, reason]).toEqual(['history.csv', row.length > 6 ? 'malformed_row' : 'invalid_timestamp']);
    // The fields of a malformed row are one cell, joined as they were.
    const fields = row.length > 6 ? Papa.parse<string[]>(cells.at(-1) ?? '').data[0] : cells.slice(0, -1);
    expect(fields).toEqual(row);
  }
});
