import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { csvOf, exportsFolder, HEADER, HEALTHY, healthyRows } from '../support/exports.ts';

const { write, build, path } = exportsFolder();
const good = csvOf(healthyRows());

describe.each(['stream', 'threads'])('a folder, by %s', (engine) => {
  it.each([
    ['what Spark keeps for itself', '_temporary/0/part-00000.csv', good, ''],
    ['a log of Delta', '_delta_log/0000.json', '{}', ''],
    ['what Office keeps of an open file', '~$may.csv', 'x', ''],
    ['an old copy', 'sub/_old/part-0.csv', good, ''],
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
  ])('is read without %s', async (name, other, content, warning) => {
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

  it('with one export in two forms is pointed out', async () => {
    write(`${engine} twice/history.csv`, good);
    write(`${engine} twice/history.csv.gz`, gzipSync(good));
    expect((await build(`${path}/${engine} twice`, {}, engine)).said).toContain(
      'history.csv and history.csv.gz seem to be one export in two forms',
    );
  });
});

it('a folder with nothing but data of other kinds is refused with their names', async () => {
  write('other/history.xlsx', 'PK');
  const { code, said } = await build(`${path}/other`);
  expect(code).toBe(1);
  expect(said).toContain('history.xlsx');
});
