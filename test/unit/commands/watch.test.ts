import { spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { watch } from '../../../build/commands/watch.ts';
import { stream } from '../../../build/engines/stream.ts';
import { InputError, type InputFile } from '../../../build/read/file.ts';
import type { WatchEvent } from '../../../build/watch/events.ts';
import { lookInto } from '../../../build/watch/folder-state.ts';
import { FolderWatch } from '../../../build/watch/folder-watch.ts';
import { rebuild } from '../../../build/watch/rebuild.ts';
import { DataError } from '../../../src/core/errors.ts';
import { shippedConfig } from '../../support/histories.ts';
import { build, ROOT, runCommand } from '../support/command.ts';
import { HEADER } from '../support/csv.ts';
import { temporaryFolder } from '../support/files.ts';

const WATCH = fileURLToPath(new URL('../../../build/commands/watch.ts', import.meta.url));
/** What is waited for happens in a second or two; a machine may be busy. */
const LONG = 60_000;

const temporary = temporaryFolder();
let tests = 0;
let root = '';
let history = '';

beforeEach(() => {
  root = join(temporary.path, String(++tests));
  history = join(root, 'history');
  mkdirSync(history, { recursive: true });
});

function csv(rows: number, country = 'Peru'): string {
  const line = `2018-07-21,${country},2018-04-20,,3,4400\n`;
  return `${HEADER}\n${line.repeat(rows)}`;
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(history, name);
  writeFileSync(path, content);
  return path;
}

type Line = Record<string, unknown> & { event: string };

/** A watch in a process of its own, and what it has told. */
function startWatch(more: string[] = []) {
  const args = [
    WATCH,
    history,
    '--out',
    join(root, 'out'),
    '--cache',
    join(root, 'cache'),
    ...(more.includes('--settle') ? [] : ['--settle', '0.2']),
    ...more,
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: Line[] = [];
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    const whole = out.split('\n');
    out = whole.pop() ?? '';
    lines.push(...whole.map((line) => JSON.parse(line)));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let from = 0;
  /** Waits for the next line, from the last one waited for, that has all of this. */
  const told = async (part: Partial<Line>): Promise<Line> => {
    const find = () =>
      lines
        .slice(from)
        .findIndex((line) => Object.entries(part).every(([key, value]) => line[key] === value));
    await expect.poll(find, { timeout: LONG, message: JSON.stringify(part) }).toBeGreaterThanOrEqual(0);
    from += find() + 1;
    return lines[from - 1] as Line;
  };
  return { child, lines, told, ended, err: () => err };
}

function current(): { version: string } {
  return JSON.parse(readFileSync(join(root, 'out/current.json'), 'utf8'));
}

function currentStatistics(): { sources: { name: string; rows: number }[] } {
  return JSON.parse(readFileSync(join(root, 'out/current.statistics.json'), 'utf8'));
}

/** The artifact is the one of a full build of the folder. */
async function isRight(): Promise<void> {
  const out = join(root, 'full');
  expect((await build(['--input', history, '--out', out])).code).toBe(0);
  expect(readFileSync(join(root, 'out/current.json'), 'utf8')).toBe(
    readFileSync(join(out, 'current.json'), 'utf8'),
  );
}

describe('watching a folder', { timeout: 2 * LONG }, () => {
  it('goes on where no cubes can be kept, and says so once for each build', async () => {
    writeFileSync(join(root, 'cache'), 'a file');
    write('a.csv', csv(3));
    const { lines, told } = startWatch();
    await told({ event: 'built', rows_kept: 3 });
    write('b.csv', csv(4));
    await told({ event: 'built', rows_kept: 7 });
    await isRight();
    const warnings = lines.filter(({ event }) => event === 'warning').map(({ reason }) => reason);
    const reason = /^no cubes are kept for the next build.*there is a file where its folder should be/;
    // That the history is old is said once.
    expect(warnings.filter((warning) => !reason.test(String(warning)))).toEqual([
      expect.stringMatching(/2018-07-21.*largest_data_age_days/),
    ]);
    expect(warnings).toHaveLength(3);
  });

  it('builds when a file is copied in, renamed in, replaced or removed', async () => {
    const { told } = startWatch();
    expect(await told({ event: 'kept' })).toMatchObject({ reason: 'there are no data files' });

    copyFileSync(temporary.write('elsewhere.csv', csv(3)), join(history, 'a.csv'));
    await told({ event: 'added', file: 'a.csv' });
    expect(await told({ event: 'built' })).toMatchObject({
      files: 1,
      rows_kept: 3,
      version: current().version,
    });
    await isRight();

    renameSync(temporary.write(`${tests}/history/b.csv.part`, csv(4)), join(history, 'b.csv'));
    await told({ event: 'added', file: 'b.csv' });
    await told({ event: 'built', rows_kept: 7 });

    write('a.csv', csv(5, 'Chile'));
    await told({ event: 'changed', file: 'a.csv' });
    await told({ event: 'built', rows_kept: 9 });
    await isRight();

    unlinkSync(join(history, 'b.csv'));
    await told({ event: 'removed', file: 'b.csv' });
    await told({ event: 'built', rows_kept: 5 });
    await isRight();

    unlinkSync(join(history, 'a.csv'));
    await told({ event: 'kept', reason: 'there are no data files' });
    expect(currentStatistics().sources).toMatchObject([{ name: 'a.csv', rows: 5 }]);
  });

  it('leaves names alone that tell of a file which is still written, and folders of bad files', async () => {
    mkdirSync(join(history, 'quarantine'));
    for (const name of [
      '.a.csv',
      'a.csv.tmp',
      'a.csv.part',
      'a.csv.filepart',
      'quarantine/a.csv',
      'notes.md',
    ]) {
      write(name, csv(9));
    }
    const { told, lines } = startWatch();
    await told({ event: 'kept' });
    write('b.csv', csv(1));
    expect(await told({ event: 'built' })).toMatchObject({ files: 1, rows_read: 1 });
    expect(lines.filter(({ event }) => event === 'added')).toMatchObject([{ file: 'b.csv' }]);
  });

  it('waits for a file that grows, and makes one build of many changes', async () => {
    const { told, lines } = startWatch(['--settle', '1.5']);
    await told({ event: 'kept' });
    const path = write('a.csv', `${HEADER}\n`);
    for (let part = 0; part < 20; part++) {
      appendFileSync(path, csv(10).slice(HEADER.length + 1));
      write(`more-${part}.csv`, csv(1));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await told({ event: 'built', files: 21, rows_read: 220 });
    await isRight();
    // A machine that stops for longer than is waited makes more of it, and is not wrong.
    expect(lines.filter(({ event }) => event === 'built').length).toBeLessThan(20);
  });

  it('puts a bad file in quarantine with the reason, and builds from the others', async () => {
    write('good.csv', csv(2));
    mkdirSync(join(history, 'sub'));
    const { told } = startWatch();
    await told({ event: 'built', files: 1 });
    write('sub/bad.csv', 'this,that\n');
    const cut = gzipSync(csv(5000, 'x'.repeat(9))).subarray(0, 60);
    write('cut.csv.gz', cut);
    const moved = [await told({ event: 'quarantined' }), await told({ event: 'quarantined' })];
    expect(moved.map(({ file }) => file).sort()).toEqual(['cut.csv.gz', 'sub/bad.csv']);
    expect(readFileSync(join(history, 'quarantine/cut.csv.gz'))).toEqual(cut);
    expect(readFileSync(join(history, 'quarantine/cut.csv.gz.reason.txt'), 'utf8')).toMatch(/cut short/);
    expect(readFileSync(join(history, 'quarantine/sub/bad.csv.reason.txt'), 'utf8')).toMatch(
      /expected columns/,
    );

    write('cut.csv.gz', cut);
    write('more.csv', csv(3));
    await told({ event: 'quarantined', file: 'cut.csv.gz' });
    await told({ event: 'built', files: 2, rows_kept: 5 });
    await isRight();
    expect(existsSync(join(history, 'quarantine/cut.csv-2.gz'))).toBe(true);
    unlinkSync(join(history, 'more.csv'));
    await told({ event: 'built', files: 1 });
    write('good.csv', `${HEADER}\nnot a row\n`);
    expect(await told({ event: 'kept' })).toMatchObject({
      reason: expect.stringContaining('no row is kept'),
    });
    expect(currentStatistics().sources).toMatchObject([{ name: 'good.csv', rows: 2 }]);
  });

  it('goes on without a bad file that cannot be moved', async () => {
    write('good.csv', csv(2));
    write('bad.csv', 'this,that\n');
    write('quarantine', 'a file where the folder should be');
    const { told } = startWatch();
    expect(await told({ event: 'warning' })).toMatchObject({
      reason: expect.stringContaining('cannot be moved'),
    });
    await told({ event: 'built', files: 1, rows_kept: 2 });
    write('bad.csv', csv(1));
    await told({ event: 'built', files: 2, rows_kept: 3 });
  });

  it('says that the folder is gone, waits until it is back, and goes on', async () => {
    write('a.csv', csv(1));
    const { told } = startWatch();
    await told({ event: 'built', rows_kept: 1 });
    rmSync(history, { recursive: true });
    await told({ event: 'folder_gone' });
    expect(currentStatistics().sources).toMatchObject([{ name: 'a.csv' }]);
    mkdirSync(history);
    write('b.csv', csv(2));
    await told({ event: 'folder_back' });
    await told({ event: 'built', rows_kept: 2 });
    write('c.csv', csv(2));
    await told({ event: 'built', rows_kept: 4 });
  });

  it.skipIf(process.platform === 'win32')('waits for what a symbolic link leads to', async () => {
    write('a.csv', csv(1));
    const link = join(history, 'b.csv');
    symlinkSync(join(root, 'later.csv'), link);
    const { told } = startWatch();
    expect(await told({ event: 'kept' })).toMatchObject({
      reason: expect.stringContaining(
        `${link}: it is a symbolic link to ${join(root, 'later.csv')}, which is not there`,
      ),
    });
    writeFileSync(join(root, 'later.csv'), csv(2));
    await told({ event: 'built', rows_kept: 3 });
  });

  it('says that an artifact cannot be written, and writes it when it can', async () => {
    write('a.csv', csv(1));
    writeFileSync(join(root, 'out'), 'a file where the folder should be');
    const { told } = startWatch();
    expect(await told({ event: 'kept' })).toMatchObject({
      reason: expect.stringContaining('it cannot be written'),
    });
    unlinkSync(join(root, 'out'));
    await told({ event: 'built', rows_kept: 1 });
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('ends at %s, and picks up what happened until it is started again', async (signal, code) => {
    write('a.csv', csv(1));
    const first = startWatch();
    await first.told({ event: 'built', rows_kept: 1 });
    first.child.kill(signal);
    expect([await first.ended, first.err()]).toEqual([code, '']);
    expect(first.lines.at(-1)).toMatchObject({ event: 'stopped' });
    write('b.csv', csv(2));
    const second = startWatch();
    await second.told({ event: 'built', files: 2, rows_kept: 3 });
    await isRight();
    expect(readdirSync(join(root, 'out')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is not started without a folder, with an invalid settling time, or to write over what it reads', async () => {
    const out = join(root, 'out');
    mkdirSync(out);
    symlinkSync(write('a.csv', csv(1)), join(out, 'current.json'));
    const config = join(root, 'current.json');
    copyFileSync(join(ROOT, 'config/voucher.json'), config);
    for (const [args, code, sentence] of [
      [[], 2, 'expected FOLDER, got nothing'],
      [[history, 'other'], 2, 'expected FOLDER, got'],
      [[join(root, 'none')], 1, 'expected a folder to watch, found none'],
      [[history, '--settle', 'soon'], 2, 'expected seconds'],
      [[history, '--out', out], 2, `expected to read ${join(history, 'a.csv')}, not to write over it`],
      [[history, '--out', root, '--config', config], 2, `expected to read ${config}, not to write over it`],
    ] as const) {
      const ended = await runCommand(watch, args);
      expect(ended).toEqual({ code, out: '', err: expect.stringContaining(sentence) });
    }
  });
});

/**
 * Watches the folder in this process, with builds that fail as is set, one after the other; they also do what
 * they like to the folder. @returns what was told, and the files of each build
 */
async function watched(...builds: (() => Error)[]) {
  const told: WatchEvent[] = [];
  const built: string[][] = [];
  const over = new Error('there is no further build');
  const watch = new FolderWatch({
    folder: history,
    settle: 20,
    poll: 200,
    tell(event) {
      if (event.event === 'kept' && event.reason.endsWith(over.message)) throw over;
      told.push(event);
    },
    rebuild: async (files) => {
      built.push(files.map(({ name }) => name));
      throw builds.shift()?.() ?? over;
    },
  });
  await expect(watch.run()).rejects.toBe(over);
  return { told, built };
}

describe('a file that does not stay while it is read', { timeout: LONG }, () => {
  const bad = (name: string) => ({ path: join(history, name), name, size: 10 });
  const badFile = () => new InputError('expected columns', { path: bad('a.csv').path, content: true });

  it('is left where it is, and read again, when it is another one by now', async () => {
    write('a.csv', 'this,that\n');
    const { told, built } = await watched(() => {
      renameSync(temporary.write('whole.csv', csv(2)), join(history, 'a.csv'));
      return badFile();
    });
    expect(built).toEqual([['a.csv'], ['a.csv']]);
    expect(told.map(({ event }) => event)).toEqual(['added', 'building', 'changed', 'building']);
    expect(readFileSync(join(history, 'a.csv'), 'utf8')).toBe(csv(2));
    expect(existsSync(join(history, 'quarantine'))).toBe(false);
  });

  it('goes to quarantine when it is still the same', async () => {
    write('a.csv', 'this,that\n');
    const { built } = await watched(badFile, () => {
      write('b.csv', csv(1));
      return new DataError('there are no data files');
    });
    expect(built).toEqual([['a.csv'], [], ['b.csv']]);
    expect(readdirSync(join(history, 'quarantine')).sort()).toEqual(['a.csv', 'a.csv.reason.txt']);
  });

  it('is looked for again when it has gone away', async () => {
    write('a.csv', csv(1));
    const { told, built } = await watched(() => {
      renameSync(join(history, 'a.csv'), join(history, 'b.csv'));
      const cause = Object.assign(new Error('gone'), { code: 'ENOENT' });
      return new InputError('there is no such file', { path: bad('a.csv').path, content: false, cause });
    });
    expect(built).toEqual([['a.csv'], ['b.csv']]);
    expect(told.map(({ event }) => event)).toEqual(['added', 'building', 'added', 'removed', 'building']);
  });

  it('is told from one that is bad, and from one that cannot be read', async () => {
    const options = { config: shippedConfig(), engine: stream, out: join(root, 'out') };
    const good = { ...bad('good.csv'), path: write('good.csv', csv(1)) };
    const foreign = { ...bad('foreign.csv'), path: write('foreign.csv', 'this,that\n') };
    const fails = (...files: InputFile[]) => expect(rebuild(files, options)).rejects;
    await fails(good, bad('gone.csv')).toMatchObject({ content: false, cause: { code: 'ENOENT' } });
    await fails(good, foreign).toMatchObject({ content: true, path: foreign.path });
    const inFile = { ...good, path: join(good.path, 'x.csv') };
    await fails(good, inFile).toMatchObject({ content: false, cause: { code: 'ENOTDIR' } });
    expect(existsSync(options.out)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('has the folder looked into again for a while', async () => {
    write('a.csv', csv(1));
    symlinkSync(join(root, 'later.csv'), join(history, 'b.csv'));
    setTimeout(() => writeFileSync(join(root, 'later.csv'), csv(2)), 120);
    const state = await lookInto(history);
    expect(state?.files.map(({ name, size }) => [name, size])).toEqual([
      ['a.csv', csv(1).length],
      ['b.csv', csv(2).length],
    ]);
    unlinkSync(join(root, 'later.csv'));
    await expect(lookInto(history)).rejects.toThrow(InputError);
    expect(await lookInto(join(root, 'none'))).toBe(null);
  });
});
