import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { doctor } from '../../../build/commands/doctor.ts';
import { stream } from '../../../build/engines/stream.ts';
import { lookInto } from '../../../build/watch/folder-state.ts';
import { rebuild } from '../../../build/watch/rebuild.ts';
import { timed } from '../../support/export-rows.ts';
import { shippedConfig } from '../../support/histories.ts';
import { runOf } from '../../support/upload-run.ts';
import { runCommand } from '../support/command.ts';
import { csvOf, exportsFolder, HEADER, HEALTHY, healthyRows } from '../support/exports.ts';

const { write, build, path } = exportsFolder();
const good = csvOf(healthyRows());

/** What lies beside the data of a folder: its name, what is in it, and what is said of it. */
const BESIDE: [what: string, name: string, content: string | Uint8Array<ArrayBuffer>, warning: string][] = [
  ['what Spark keeps for itself', '_temporary/0/part-00000.csv', good, ''],
  ['a log of Delta', '_delta_log/0000.json', '{}', ''],
  ['what Office keeps of an open file', '~$may.csv', 'x', ''],
  ['a checkpoint of Delta', '_delta_log/0010.checkpoint.parquet', 'PAR1', ''],
  ['an old copy', '_old/part-0.csv', good, ''],
  ['an old copy below another folder', 'sub/_old/part-0.csv', good, ''],
  ['a checksum', '.part-0.csv.crc', 'crc', ''],
  ['a part of 0 bytes', 'part-00001.csv', '', 'passed over part-00001.csv'],
  ['a workbook', 'extra.xlsx', 'PK', 'passed over extra.xlsx'],
  ['bzip2', 'more.csv.bz2', 'BZh9', 'passed over more.csv.bz2'],
  ['a readme', 'README.txt', 'Exported by the shop.\n', 'README.txt: passed over'],
  [
    'a compressed part of nothing',
    'part-3.csv.gz',
    gzipSync(''),
    'part-3.csv.gz: passed over, for it is empty',
  ],
  ['JSON lines of nothing', 'part-4.ndjson.gz', gzipSync(''), 'part-4.ndjson.gz: passed over'],
  ['a part without rows', 'part-2.csv', `${HEADER}\n`, 'part-2.csv has no rows'],
];

describe.each(['stream', 'threads'])('a folder, by %s', (engine) => {
  it.each(BESIDE)('is read without %s', async (name, other, content, warning) => {
    const folder = `${engine} ${name}`;
    write(`${folder}/part-0.csv`, good);
    write(`${folder}/${other}`, content);
    const { code, amounts, said } = await build(`${path}/${folder}`, {}, engine);
    expect({ code, amounts }).toEqual({ code: 0, amounts: HEALTHY });
    expect(said).toContain(warning);
    if (warning === '') expect(said).toBe('');
  });

  it('of Hive has a column in the names of its folders', async () => {
    const rows = healthyRows().map((row) => row.toSpliced(1, 1));
    const header = HEADER.replace('country_code,', '');
    const part = (some: string[][]) => [header, ...some.map((row) => row.join(',')), ''].join('\n');
    write(`${engine} hive/country_code=Peru/p.csv`, part(rows.slice(0, 2)));
    write(`${engine} hive/country_code=China/p.csv.gz`, gzipSync(part(rows.slice(2))));
    const { code, amounts } = await build(`${path}/${engine} hive`, {}, engine);
    expect({ code, amounts }).toEqual({ code: 0, amounts: HEALTHY });
  });

  it('of Hive whose files have the column as well says which one counts', async () => {
    write(`${engine} both/country_code=Chile/p.csv`, good);
    const { amounts, said } = await build(`${path}/${engine} both`, {}, engine);
    expect(amounts).toEqual(HEALTHY);
    expect(said).toContain(
      'p.csv: its folder says country_code=Chile, and it has a column of that name: the column counts',
    );
  });

  it('with nothing but a ZIP archive is read', async () => {
    write(`${engine} zip/in.csv.zip`, zipSync({ 'history.csv': Buffer.from(good) }));
    const { code, amounts, said } = await build(`${path}/${engine} zip`, {}, engine);
    expect({ code, amounts, said }).toEqual({ code: 0, amounts: HEALTHY, said: '' });
  });

  it('with files whose times have two forms is read without a word', async () => {
    write(`${engine} forms/2026-04.csv`, good);
    write(
      `${engine} forms/2026-05.csv`,
      csvOf(timed((time) => `${time}+00`).map((row) => row.with(5, '10'))),
    );
    const { code, said, quality } = await build(`${path}/${engine} forms`, {}, engine);
    expect({ code, said, kept: quality.rows_kept }).toEqual({ code: 0, said: '', kept: 8 });
  });

  it('with one export in two forms is pointed out', async () => {
    write(`${engine} twice/history.csv`, good);
    write(`${engine} twice/history.csv.gz`, gzipSync(good));
    expect((await build(`${path}/${engine} twice`, {}, engine)).said).toContain(
      'history.csv and history.csv.gz seem to be one export in two forms',
    );
  });
});

describe.each(BESIDE)('beside the data of a folder, %s', (what, name, content, warning) => {
  it('is passed over by a watch, with the same words', async () => {
    write(`watched ${what}/part-0.csv`, good);
    write(`watched ${what}/${name}`, content);
    const state = await lookInto(`${path}/watched ${what}`);
    if (state === null) throw new Error('expected a folder');
    const out = `${path}/out ${what}`;
    const watched = await rebuild(state.files, { config: shippedConfig(), engine: stream, out });
    expect(watched).toMatchObject({ rows_kept: 4 });
    const said = [...state.passedOver, ...('warnings' in watched ? watched.warnings : [])].join('\n');
    expect(said).toContain(warning);
    if (warning === '') expect(said).toBe('');
  });

  it('is passed over by the doctor, and named', async () => {
    write(`examined ${what}/part-0.csv`, good);
    write(`examined ${what}/${name}`, content);
    const { code, out, err } = await runCommand(doctor, ['--input', `${path}/examined ${what}`, '--json']);
    expect(code).toBe(0);
    const { quality, findings } = JSON.parse(out);
    expect(quality.rows_kept).toBe(4);
    if (warning !== '') expect(err + JSON.stringify(findings)).toContain(name);
    else expect(err).toBe('');
  });

  it('is passed over among uploads, or set aside with a reason', async () => {
    const run = await runOf(shippedConfig(), { 'part-0.csv': good, [name]: content });
    expect(run).toMatchObject({ state: 'published', counts: { rows_kept: 4 } });
    const said = [...(run?.quarantined ?? []).map((one) => one.name), ...(run?.warnings ?? [])].join('\n');
    if (warning === '') expect(said).toBe('');
    else expect(said).toContain(name);
  });
});

it('a folder with nothing but data of other kinds is refused with their names', async () => {
  write('other/history.xlsx', 'PK');
  const { code, said } = await build(`${path}/other`);
  expect(code).toBe(1);
  expect(said).toContain('history.xlsx');
});
