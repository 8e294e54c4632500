import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { replaceFolder } from '../../../build/files/replaced-folder.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();

const SIZE = 20_000;

/** Writes a page and the script that it names, each of many bytes. */
function site(version: number) {
  return async (place: string) => {
    const script = `parts/script-${version}.js`;
    await mkdir(join(place, 'parts'));
    await writeFile(join(place, script), `${version}`.repeat(SIZE));
    await writeFile(join(place, 'index.html'), `${script}\n${'x'.repeat(SIZE)}`);
  };
}

it('a folder has what was made, nothing of what was made before, and nothing beside it', async () => {
  const out = join(folder.path, 'replaced/site');
  await replaceFolder(out, site(1));
  await writeFile(join(out, 'parts/stray.js'), '');
  await replaceFolder(out, site(2));
  expect((await readdir(out, { recursive: true })).sort()).toEqual([
    'index.html',
    'parts',
    'parts/script-2.js',
  ]);
  expect(await readdir(join(out, '..'))).toEqual(['site']);
});

it('a folder keeps what it has when the next one fails on the way', async () => {
  const out = join(folder.path, 'failed/site');
  await replaceFolder(out, site(1));
  const failing = replaceFolder(out, async (place) => {
    await site(2)(place);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await readdir(join(out, 'parts'))).toEqual(['script-1.js']);
  expect(await readdir(join(out, '..'))).toEqual(['site']);
});

it('who reads a folder while two processes make it anew finds whole files, and the script of each page', async () => {
  const out = join(folder.path, 'read/site');
  await replaceFolder(out, site(1));
  let isOver = false;
  const makers = [1, 2].map(async (version) => {
    for (let round = 0; round < 25; round++) await replaceFolder(out, site(version));
  });
  void Promise.all(makers).finally(() => {
    isOver = true;
  });
  let reads = 0;
  while (!isOver) {
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page.length).toBeGreaterThan(SIZE);
    const [, script] = /^(parts\/script-[12]\.js)\n/.exec(page) ?? [];
    expect(script).toBeDefined();
    const text = await readFile(join(out, script ?? ''), 'utf8').catch(() => null);
    // It may have gone with its page meanwhile; what is there is whole.
    if (text !== null) expect(text.length).toBe(SIZE);
    reads++;
  }
  await Promise.all(makers);
  expect(reads).toBeGreaterThan(10);
  expect(await readdir(join(out, '..'))).toEqual(['site']);
});
