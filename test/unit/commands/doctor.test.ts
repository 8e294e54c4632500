import { existsSync, utimesSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doctorAt } from '../../../build/commands/doctor.ts';
import { configJsonSchema } from '../../../build/commands/generate.ts';
import { Duplicates } from '../../../build/doctor/duplicates.ts';
import type { Finding } from '../../../build/doctor/finding.ts';
import { cellsOf, joined, movementBetween, without } from '../../../build/doctor/movement.ts';
import { tableFindings } from '../../../build/doctor/table-findings.ts';
import { timeForm } from '../../../build/doctor/time-forms.ts';
import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { FIELDS } from '../../../src/core/fields/fields.ts';
import { cubeOf, rawRow, shippedConfig } from '../../support/histories.ts';
import { NOW, runCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const doctor = doctorAt(() => NOW);

const folder = temporaryFolder();
const HEADER = FIELDS.join(',');
/** Rows of two countries that nothing is wrong with, one in each second. */
const HEALTHY = Array.from({ length: 400 }, (_, index) => {
  const time = new Date(Date.UTC(2026, 3, 1, 12, 0, index)).toISOString().slice(0, 19).replace('T', ' ');
  const [country, amount] = index % 2 ? ['Peru', 20 + (index % 3) * 10] : ['Latvia', 5 + (index % 3)];
  return `${time},${country},2026-02-20 10:00:00,2025-02-20 10:00:00,${index % 40},${amount}`;
});

async function examine(rows: readonly string[], ...args: string[]) {
  const path = folder.write('history.csv', `${HEADER}\n${rows.join('\n')}\n`);
  utimesSync(path, Date.UTC(2026, 5, 1) / 1000, Date.UTC(2026, 5, 1) / 1000);
  const { code, out, err } = await runCommand(doctor, ['--input', path, '--json', ...args]);
  expect(err).toBe('');
  expect(code).toBe(0);
  const report = JSON.parse(out);
  const byName = new Map<string, Finding>(
    report.findings.map((finding: Finding) => [finding.disease, finding]),
  );
  return { report, byName };
}

/** A config in which a cell is thin below so many rows. */
function withSmallestCell(smallest_cell: number): string[] {
  const config = shippedConfig();
  const text = JSON.stringify({ ...config, guards: { ...config.guards, smallest_cell } });
  return ['--config', folder.write('config.json', text)];
}

const row = (changes: Partial<Record<(typeof FIELDS)[number], string>>): string => {
  const fields: Record<string, string> = {
    timestamp: '2026-04-02 12:00:00',
    country_code: 'Peru',
    last_order_ts: '2026-02-20 10:00:00',
    first_order_ts: '2025-02-20 10:00:00',
    total_orders: '7',
    voucher_amount: '90',
    ...changes,
  };
  return FIELDS.map((field) => fields[field] ?? '').join(',');
};

/** The keys that a config may have, at any depth, and the values that these may be set to. */
function wordsOfConfig(): Set<string> {
  const words = new Set<string>();
  JSON.parse(configJsonSchema(), (_, value) => {
    if (Array.isArray(value?.enum)) for (const word of value.enum) words.add(word);
    for (const key of Object.keys(value?.properties ?? {})) words.add(key);
    return value;
  });
  return words;
}

describe('npm run doctor', () => {
  it.each<[string, Parameters<typeof row>[0]]>([
    ['event_before_order', { last_order_ts: '2026-04-03 00:00:00' }],
    ['empty_orders', { total_orders: 'NULL' }],
    ['empty_orders', { total_orders: 'NULL' }],
    ['empty_amount', { voucher_amount: '' }],
    ['first_order_after_last', { first_order_ts: '2026-03-01 00:00:00' }],
    ['future_timestamp', { timestamp: '2026-07-01 00:00:00' }],
    ['ancient_timestamp', { last_order_ts: '1970-01-01 00:00:00' }],
    ['invalid_timestamp', { timestamp: '01/02/2026' }],
    ['invalid_last_order_ts', { last_order_ts: '' }],
    ['missing_country_code', { country_code: ' ' }],
    ['malformed_row', { voucher_amount: '90,7' }],
    ['mixed_time_forms', { timestamp: '2026-04-02' }],
    ['rare_amount', { voucher_amount: '9000' }],
    ['country_spelling', { country_code: 'PERU' }],
  ])('names %s, with the row and how often it is there', async (disease, changes) => {
    const { byName, report } = await examine([...HEALTHY, row(changes)]);
    expect(byName.get(disease)).toMatchObject({ count: 1, of: 'rows', estimated: false });
    expect(report.quality.rows_read).toBe(401);
    if (!['mixed_time_forms', 'rare_amount', 'country_spelling'].includes(disease)) {
      expect(byName.get(disease)?.examples).toEqual(['history.csv:402']);
    }
  });

  it('names keys of the config as the config does', async () => {
    const ill = [row({ voucher_amount: '' }), row({ voucher_amount: '9000' }), row({ country_code: 'PERU' })];
    const { report } = await examine([...HEALTHY, ...ill]);
    const findings: Finding[] = report.findings;
    const words = findings.map(({ today, remedy }) => `${today} ${remedy}`).join(' ');
    const named = new Set(Array.from(words.matchAll(/`([^`]+)`/g), ([, name = '']) => name));
    expect([...named]).toEqual(expect.arrayContaining(['fallback', 'imputation', 'amount.statistic']));
    expect(
      [...named].flatMap((name) => name.split('.')).filter((name) => !wordsOfConfig().has(name)),
    ).toEqual([]);
  });

  it('finds nothing of the kind in a healthy history', async () => {
    const { byName } = await examine(HEALTHY, ...withSmallestCell(1));
    expect([...byName.keys()].sort()).toEqual(['empty_cell']);
  });

  it.each([
    [1, 100, false],
    [1, 101, true],
    [7, 700, false],
    [7, 701, true],
  ])('calls an amount of %i in %i vouchers rare: %s', async (rare, observed, isRare) => {
    const rows = Array.from({ length: observed }, (_, index) =>
      row({ voucher_amount: index < rare ? '9000' : '90', total_orders: String(index) }),
    );
    expect((await examine(rows)).byName.has('rare_amount')).toBe(isRare);
  });

  it('says how far the answers move without the rows', async () => {
    const { byName } = await examine([...HEALTHY, row({ total_orders: '', voucher_amount: '9000' })]);
    const config = shippedConfig();
    const rows = [...HEALTHY, row({ total_orders: '', voucher_amount: '9000' })].map((line) =>
      rawRow(line.split(',')),
    );
    const before = cellsOf(cubeOf(rows, config), config);
    const expected = movementBetween(before, cellsOf(cubeOf(rows.slice(0, -1), config), config));
    expect(expected.moved).toBeGreaterThan(3);
    expect(expected.largest?.country).toBe('Peru');
    expect(byName.get('empty_orders')?.effect).toEqual({ if: 'these rows were left out', ...expected });
    expect(byName.get('rare_amount')?.effect).toMatchObject(expected);
  });

  it('counts copies of a row, empty and thin cells, gaps between bands and periods without rows', async () => {
    const late = row({ timestamp: '2026-01-02 12:00:00', last_order_ts: '2026-01-01 10:00:00' });
    const { byName } = await examine([...HEALTHY, ...HEALTHY.slice(0, 3), late], ...withSmallestCell(2));
    expect(byName.get('duplicate_row')).toMatchObject({
      count: 3,
      examples: ['history.csv:402', 'history.csv:403', 'history.csv:404'],
    });
    expect(byName.get('outside_bands')).toMatchObject({ count: 1, examples: ['recency_segment'] });
    expect(byName.get('missing_period')).toMatchObject({
      count: 2,
      of: 'periods',
      examples: ['2026-02', '2026-03'],
    });
    expect(byName.get('empty_cell')).toMatchObject({ of: 'cells', effect: null });
    expect(byName.get('empty_cell')?.examples[0]).toMatch(/^(?:Peru|Latvia) \w+_segment \S+$/);
  });

  it('puts first what moves the most answers, and is readable', async () => {
    const path = folder.write(
      'ill.csv',
      `${HEADER}\n${[...HEALTHY, row({ voucher_amount: '9000' }), row({ country_code: '' })].join('\n')}\n`,
    );
    const { code, out } = await runCommand(doctor, ['--input', path]);
    expect(code).toBe(0);
    expect(out.indexOf('rare_amount: 1 row, 0.2% of all')).toBeLessThan(
      out.indexOf('missing_country_code: 1 row'),
    );
    const words = out.replaceAll(/\s+/g, ' ');
    expect(words).toMatch(
      /If these rows were left out: \d+ of \d+ answers would move, Peru .* the furthest: from [\d,.]+ to [\d,.]+\./,
    );
    expect(words).toContain('To do: npm run build:artifact -- --rejects FILE keeps them, to be repaired.');
  });

  it('shows no control character of a file', async () => {
    const rude = 'Peru\u001b[2J';
    const rows = [...HEALTHY, ...Array(3).fill(row({ country_code: rude, total_orders: '' }))];
    const more = row({ country_code: rude, voucher_amount: '9000' });
    const path = folder.write('escape.csv', `${HEADER}\n${[...rows, more].join('\n')}\n`);
    const { out } = await runCommand(doctor, ['--input', path]);
    expect(out).toContain('Peru\ufffd[2J');
    expect(out).not.toContain('\u001b');
  });

  it('fails for a history without rows, and for what cannot be read', async () => {
    const empty = folder.write('empty.csv', `${HEADER}\n`);
    expect(await runCommand(doctor, ['--input', empty])).toMatchObject({
      code: 1,
      err: expect.stringContaining('empty.csv: expected rows, found a header and no row'),
    });
    const foreign = folder.write('foreign.csv', 'a,b\n1,2\n');
    expect(await runCommand(doctor, ['--input', foreign])).toMatchObject({
      code: 1,
      err: expect.stringContaining('expected columns'),
    });
  });

  const REAL = new URL('../../../../shared/data/voucher-history.csv.gz', import.meta.url);
  it.skipIf(!existsSync(REAL))('knows the diseases of the real history (needs ../shared/data)', async () => {
    const { out } = await runCommand(doctor, ['--input', REAL.pathname, '--json']);
    const counts = JSON.parse(out).findings.map(({ disease, count }: Finding) => [disease, count]);
    expect(Object.fromEntries(counts)).toMatchObject({
      event_before_order: 15_851,
      empty_orders: 14_583,
      empty_amount: 1_107,
      duplicate_row: 4,
    });
  });
});

describe('the findings of a table', () => {
  it('come to an end where country_code holds something like an id', () => {
    const config = shippedConfig();
    const cube = new Cube(cubeLayout(config));
    for (let id = 0; id < 20_000; id++) cube.addCells(`customer-${id}`, [0, 10, 1]);
    const findings = tableFindings(cube, config, new Map(), 0);
    expect(findings.map(({ disease }) => disease)).toEqual(Array(6).fill('outside_bands'));
  });
});

describe('a cube without some of its rows', () => {
  it('has the cells of the others', () => {
    const config = shippedConfig();
    const line = fc.constantFrom(
      ...HEALTHY.slice(0, 30),
      row({ voucher_amount: '' }),
      row({ country_code: 'PERU' }),
    );
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (some, others) => {
        const cube = (lines: readonly string[]) =>
          cubeOf(
            lines.map((text) => rawRow(text.split(','))),
            config,
          );
        const both = joined(cube(some), cube(others));
        expect(cellsOf(without(both, cube(some)), config)).toEqual(cellsOf(cube(others), config));
      }),
      { numRuns: 30 },
    );
  });
});

describe('Duplicates', () => {
  const rowOf = (value: number) => rawRow([String(value), 'x', 'y']);

  it('counts the copies of each row', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (values) => {
        const duplicates = new Duplicates(32);
        const seen = new Set<number>();
        for (const value of values) {
          expect(duplicates.add(rowOf(value))).toBe(seen.has(value));
          seen.add(value);
        }
        expect(duplicates.rows).toBe(values.length - seen.size);
        expect(duplicates.exact).toBe(true);
      }),
    );
  });

  it('counts them to the row while its table grows', () => {
    const duplicates = new Duplicates();
    for (const copy of [false, true, true]) {
      for (let value = 0; value < 5_000; value++) expect(duplicates.add(rowOf(value))).toBe(copy);
    }
    expect([duplicates.rows, duplicates.exact]).toEqual([10_000, true]);
  });

  it('estimates them in the same memory when there are more rows than it holds', () => {
    const duplicates = new Duplicates(1 << 10);
    for (let value = 0; value < 40_000; value++) {
      for (let copy = 0; copy <= value % 4; copy++) duplicates.add(rowOf(value));
    }
    expect(duplicates.exact).toBe(false);
    expect(duplicates.rows).toBeGreaterThan(60_000 * 0.8);
    expect(duplicates.rows).toBeLessThan(60_000 * 1.2);
  });

  it('tells apart rows whose fields join to the same text', () => {
    const duplicates = new Duplicates();
    expect(duplicates.add(rawRow(['ab', 'c']))).toBe(false);
    expect(duplicates.add(rawRow(['a', 'bc']))).toBe(false);
  });
});

it.each([
  ['2026-01-01', 'YYYY-MM-DD'],
  ['2026-01-01 10:11', 'YYYY-MM-DD HH:MM'],
  ['2026-01-01T10:11Z', 'YYYY-MM-DDTHH:MMZ'],
  ['2026-01-01 10:11:12.123456', 'YYYY-MM-DD HH:MM:SS.f'],
  ['2026-01-01T10:11:12+02:00', 'YYYY-MM-DDTHH:MM:SS±HH:MM'],
  ['2026-01-01T10:11-02:00', 'YYYY-MM-DDTHH:MM±HH:MM'],
])('%s has the form %s', (text, name) => {
  expect(timeForm(text)).toBe(name);
});
