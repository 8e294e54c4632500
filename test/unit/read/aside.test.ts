import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  AsideFile,
  discardUnfinished,
  isTold,
  isWritingStream,
  writeFileAside,
} from '../../../build/files/aside.ts';
import { fileError } from '../../../build/read/file.ts';
import { DataError } from '../../../src/core/errors.ts';
import { execFileSync } from '../../support/children.ts';
import { ROOT, spawnBuild } from '../support/command.ts';
import { HEADER } from '../support/csv.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const at = (path: string) => join(folder.path, path);
const text = (path: string) => readFileSync(path, 'utf8');

afterEach(() => {
  const left = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
  expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(isWritingStream()).toBe(false);
});

describe('a link', () => {
  it.each([
    ['to a file', 'a.csv', 'before'],
    ['to a file in another folder', 'deep/b.csv', 'before'],
    ['to a file that is not there yet', 'deep/c.csv', null],
    ['to a file in a folder that is not there yet', 'deeper/d.csv', null],
  ])('%s stays one, and the file is written', async (_, target, before) => {
    if (before !== null) folder.write(target, before);
    const link = at(`link-${basename(target)}`);
    symlinkSync(target, link);
    const again = at(`again-${basename(target)}`);
    symlinkSync(link, again);
    const file = await AsideFile.open(again);
    await file.write('after');
    if (before !== null) expect(text(at(target))).toBe(before);
    await file.commit();
    expect(text(at(target))).toBe('after');
    expect([readlinkSync(link), readlinkSync(again)]).toEqual([target, link]);
  });

  it('in a circle is refused', async () => {
    symlinkSync('circle', at('circle'));
    await expect(writeFileAside(at('circle'), 'x')).rejects.toThrow(/its symbolic links lead in a circle/);
    expect(readlinkSync(at('circle'))).toBe('circle');
  });
});

it('a folder is refused before anything is written', async () => {
  mkdirSync(at('folder'));
  const opened = AsideFile.open(at('folder'));
  await expect(opened).rejects.toThrow(/folder: it cannot be written: it is a folder, not a file/);
  await expect(opened).rejects.toBeInstanceOf(DataError);
});

const windows = process.platform === 'win32';
describe.skipIf(windows)(`a pipe${windows ? ' (skipped: Windows has no such pipes)' : ''}`, () => {
  const pipeAt = (name: string) => {
    execFileSync('mkfifo', [at(name)]);
    return at(name);
  };

  it('stays one, and is written as it comes', async () => {
    const pipe = pipeAt('pipe');
    // Opened for both, a pipe does not wait for its other end.
    const reader = await open(pipe, 'r+');
    const read = async () => String((await reader.read(Buffer.alloc(99), 0, 99)).buffer).replaceAll('\0', '');
    const file = await AsideFile.open(pipe);
    expect(isWritingStream()).toBe(true);
    await file.write('one');
    expect(await read()).toBe('one');
    await file.write('two');
    discardUnfinished();
    await file.commit();
    expect(await read()).toBe('two');
    const dropped = await AsideFile.open(pipe);
    await dropped[Symbol.asyncDispose]();
    await reader.close();
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('pipe'))).toEqual(['pipe']);
  });

  it('whose reader has gone is an error, and no fault of a file that is read meanwhile', async () => {
    const pipe = pipeAt('deaf');
    const reader = await open(pipe, 'r+');
    const file = await AsideFile.open(pipe);
    await reader.close();
    const error = await file.write('x').catch((reason: unknown) => fileError('customers.csv', reason));
    expect(String(error)).toMatch(/^DataError: \S*deaf: it cannot be written: its reader has ended/);
    await file[Symbol.asyncDispose]();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'without a reader does not keep a build that is stopped by %s',
    async (signal) => {
      const pipe = pipeAt(`${signal}.pipe`);
      const history = folder.write('history.csv', `${HEADER}\n2018-07-21,Peru,2018-04-20,,1,4400\n`);
      const { child, done } = spawnBuild(['--input', history, '--out', at('out'), '--rejects', pipe], ROOT);
      const ended = new Promise((resolve) => child.once('exit', (code, by) => resolve(code ?? by)));
      // Nothing tells that it is at the pipe. One that is not yet there ends too, with its own code.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      child.kill(signal);
      expect([signal, 128 + constants.signals[signal]]).toContain(await ended);
      expect((await done).err).toBe('');
      expect(lstatSync(pipe).isFIFO()).toBe(true);
    },
  );

  it('is told what cannot be taken back, as a file is not', async () => {
    expect(await isTold(pipeAt('told'))).toBe(true);
    expect(await isTold(folder.write('told.csv', 'x'))).toBe(false);
    expect(await isTold(at('not-there'))).toBe(false);
  });
});

const linux = process.platform === 'linux';
it.skipIf(!linux)(
  `what the process has open is written on, and not replaced${linux ? '' : ' (skipped: it has no name here)'}`,
  async () => {
    const opened = await open(folder.write('opened', 'before,'), 'r+');
    const descriptor = `/proc/self/fd/${opened.fd}`;
    expect(await isTold(descriptor)).toBe(true);
    await writeFileAside(descriptor, 'after');
    expect(text(at('opened'))).toBe('before,after');
    expect(String(await opened.readFile())).toBe('before,after');
    await opened.close();
  },
);

const node = (name: string) => {
  try {
    execFileSync('mknod', ['-m', '666', at(name), 'c', '1', '3'], { stdio: 'ignore' });
    return readFileSync(at(name)).length === 0;
  } catch {
    return false;
  }
};
const made = node('null');
describe.skipIf(!made)(`a device${made ? '' : ' (skipped: devices may not be made here)'}`, () => {
  it('stays one', async () => {
    const { rdev } = lstatSync(at('null'));
    symlinkSync('null', at('null-link'));
    for (const path of [at('null'), at('null-link')]) {
      await writeFileAside(path, 'x');
      const dropped = await AsideFile.open(path);
      await dropped.write('x');
      await dropped[Symbol.asyncDispose]();
    }
    expect(lstatSync(at('null')).isCharacterDevice()).toBe(true);
    expect(lstatSync(at('null')).rdev).toBe(rdev);
    expect(readlinkSync(at('null-link'))).toBe('null');
    // What it is told need not be taken back.
    expect(await Promise.all([at('null'), at('null-link')].map(isTold))).toEqual([false, false]);
  });
});
