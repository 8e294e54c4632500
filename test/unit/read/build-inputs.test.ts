import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandInputs } from '../../../build/read/inputs.ts';
import { DataError } from '../../../src/core/errors.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
for (const name of [
  'history/2024.csv',
  'history/2023/12.tsv.gz',
  'history/2023/11.parquet',
  'history/2022.txt.zst',
  'history/README.md',
  'history/.hidden.csv',
  'history/.cache/x.csv',
  'history/quarantine/bad.csv',
  'history/upload.csv.part',
  'history/upload.tmp',
]) {
  folder.write(name, name);
}
mkdirSync(join(folder.path, 'empty'));
symlinkSync(join(folder.path, 'history/2024.csv'), join(folder.path, 'link.csv'));
symlinkSync(join(folder.path, 'circle.csv'), join(folder.path, 'circle.csv'));
symlinkSync('./gone.csv', join(folder.path, 'dead.csv'));
folder.write('links/2024.csv', '');
symlinkSync(join(folder.path, 'gone'), join(folder.path, 'links/later'));
symlinkSync(join(folder.path, 'history'), join(folder.path, 'history/2023/loop'));

const at = (path: string) => join(folder.path, path);
const names = async (...args: Parameters<typeof expandInputs>) =>
  (await expandInputs(...args)).map(({ name }) => name);

describe('the inputs of a build', () => {
  it('are a file by its own name, with its size', async () => {
    expect(await expandInputs([at('history/2024.csv')])).toEqual([
      { path: at('history/2024.csv'), name: '2024.csv', size: 16, named: true },
    ]);
  });

  it('are the data of a folder and of what is below it, named from there', async () => {
    expect(await names([at('history')])).toEqual([
      '2022.txt.zst',
      '2023/11.parquet',
      '2023/12.tsv.gz',
      '2024.csv',
    ]);
  });

  it('are what a glob matches, named from where its pattern starts', async () => {
    expect(await names([at('history/*.csv')])).toEqual(['2024.csv']);
    expect(await names([at('his*/20{22,24}*')])).toEqual(['history/2022.txt.zst', 'history/2024.csv']);
    expect(await names([at('history/quarantine/*.csv')])).toEqual(['bad.csv']);
  });

  it('are a file whose name has the characters of a glob', async () => {
    expect(await names([folder.write('odd [1].csv', '')])).toEqual(['odd [1].csv']);
  });

  it('are each file once, however many names lead to it', async () => {
    expect(await names([at('history'), at('link.csv'), at('history/../history/2024.csv')])).toHaveLength(4);
  });

  it('are in the same order whatever the order of the names', async () => {
    const patterns = [at('history/2024.csv'), at('history/2022.txt.zst')];
    expect(await names(patterns)).toEqual(await names(patterns.toReversed()));
  });

  it('are not the file that is to be written, unless it is named', async () => {
    expect(await names([at('history')], at('history/2024.csv'))).not.toContain('2024.csv');
    expect(await names([at('history/2024.csv')], at('history/2024.csv'))).toEqual(['2024.csv']);
  });

  it.each([
    ['a file that is not there', 'nowhere.csv', /nowhere\.csv: there is no such file/],
    ['a file below a file', 'link.csv/x.csv', /x\.csv: there is no such file/],
    ['a file that cannot be reached', 'circle.csv', /circle\.csv: its symbolic links lead in a circle/],
    [
      'a link that leads nowhere',
      'dead.csv',
      /dead\.csv: it is a symbolic link to \.\/gone\.csv, which is not there: /,
    ],
    ['a folder with such a link', 'links', /later: it is a symbolic link to .*gone, which is not there: /],
    ['a folder without data', 'empty', /empty: expected a folder with .*found none/],
    ['a glob without matches', 'empty/*.csv', /empty\/\*\.csv: expected files that match, found none/],
  ])('are not %s', async (_, path, message) => {
    await expect(expandInputs([at(path)])).rejects.toThrow(message);
    await expect(expandInputs([at(path)])).rejects.toBeInstanceOf(DataError);
  });
});
