import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FileIndex } from '../../../build/engines/cache/file-index.ts';
import type { Counted, Engine, RejectSink } from '../../../build/engines/engine.ts';
import { incremental } from '../../../build/engines/incremental.ts';
import { stream } from '../../../build/engines/stream.ts';
import { expandInputs } from '../../../build/read/inputs.ts';
import type { Config } from '../../../src/core/config/config.ts';
import { cubeText } from '../../../src/core/cube/cube-json.ts';
import { shippedConfig } from '../../support/histories.ts';
import { build, spawnBuild } from '../support/command.ts';
import { HEADER } from '../support/csv.ts';
import { temporaryFolder } from '../support/files.ts';
import { MAY_MOUNT, makeReadOnly, mountSmall } from '../support/mounts.ts';

const DAY = 86_400_000;
const shipped = shippedConfig();
const folder = temporaryFolder();

let root = '';
let history = '';
let cache = '';
let tests = 0;

beforeEach(() => {
  root = join(folder.path, String(++tests));
  history = join(root, 'history');
  cache = join(root, 'cache');
  mkdirSync(history, { recursive: true });
  for (const name of ['a.csv', 'b.csv', 'c.csv']) write(name, 30, name);
});

function write(name: string, rows: number, country: string): string {
  const lines = Array.from({ length: rows }, (_, n) => `2018-07-21,${country},2018-04-20,,${n % 40},${n}`);
  const path = join(history, name);
  writeFileSync(path, `${HEADER}\n${lines.join('\n')}\nnot a row\n`);
  return path;
}

interface Run {
  config?: Config;
  /** Milliseconds by which the clock is ahead: files that have just been written look as if they had been long ago. */
  ahead?: number;
  rejects?: RejectSink | null;
  engine?: Engine;
}

/** Counts the history with a cache: to what it comes, what had to be read for it, what was warned of. */
async function count({ config = shipped, ahead = DAY, rejects = null, engine = stream }: Run = {}) {
  const read: string[] = [];
  const warnings: string[] = [];
  const watched: Engine = (job) => {
    read.push(...job.inputs.map(({ name }) => name));
    return engine(job);
  };
  const options = { folder: cache, warn: (sentence: string) => warnings.push(sentence) };
  const job = { config, inputs: await expandInputs([history]), onProgress() {} };
  const full = await stream({ ...job, rejects: null });
  const counted = await incremental(watched, { ...options, clock: () => Date.now() + ahead })({
    ...job,
    rejects,
  });
  expect(said(counted)).toEqual(said(full));
  return { read, warnings };
}

function said({ cube, sources }: Counted) {
  return { cube: cubeText(cube), sources };
}

function entries(): string[] {
  return readdirSync(cache, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:json|tmp)$/.test(name))
    .map((name) => join(cache, name));
}

/** The files that hold the cube of one input. */
function cubes(): string[] {
  return entries().filter((path) => /[0-9a-f]{64}\.json$/.test(path));
}

function sum(): string {
  return entries().find((path) => path.endsWith('sum.json')) ?? '';
}

describe('a build that keeps cubes', () => {
  it('reads what is new or changed, and no other file', async () => {
    expect((await count()).read).toEqual(['a.csv', 'b.csv', 'c.csv']);
    expect((await count()).read).toEqual([]);
    write('d.csv', 10, 'Chile');
    expect((await count()).read).toEqual(['d.csv']);
    write('b.csv', 31, 'Chile');
    expect((await count()).read).toEqual(['b.csv']);
    unlinkSync(join(history, 'a.csv'));
    expect((await count()).read).toEqual([]);
  });

  it('knows a file by its content, whatever its name and its times are', async () => {
    await count();
    renameSync(join(history, 'a.csv'), join(history, 'z.csv'));
    utimesSync(join(history, 'b.csv'), new Date(), new Date());
    copyFileSync(join(history, 'c.csv'), join(history, 'copy.csv'));
    expect((await count()).read).toEqual([]);
    write('b.csv', 30, 'B.csv');
    expect((await count()).read).toEqual(['b.csv']);
  });

  it('looks at the content of a file that has just changed, since it may change again unseen', async () => {
    await count({ ahead: 0 });
    const index = readFileSync(join(cache, 'index.json'), 'utf8');
    expect(index).toContain('"identity":null');
    expect((await count({ ahead: 0 })).read).toEqual([]);
    await count();
    expect(readFileSync(join(cache, 'index.json'), 'utf8')).not.toContain('"identity":null');
    const young = { text: '1:2:3:4:5', size: 3, settled: false };
    const fresh = FileIndex.read(join(root, 'none.json'), 20_000);
    fresh.note('x.csv', young, '0'.repeat(64));
    expect(fresh.find('x.csv', young)).toBe(null);
    fresh.note('x.csv', { ...young, settled: true }, '0'.repeat(64));
    expect(fresh.find('x.csv', young)?.sha256).toBe('0'.repeat(64));
  });

  it.skipIf(process.platform === 'win32')(
    'does not know a file by what was read while another stood in its place',
    async () => {
      const link = join(history, 'a.csv');
      const pointTo = (name: string) => {
        rmSync(link, { force: true });
        symlinkSync(join(root, name), link);
      };
      for (const name of ['one.csv', 'two.csv']) {
        pointTo(name);
        write('a.csv', 30, name);
      }
      pointTo('one.csv');
      const replacing: Engine = async (job) => {
        pointTo('two.csv');
        return await stream(job);
      };
      const job = { config: shipped, rejects: null, onProgress() {} };
      const options = { folder: cache, clock: () => Date.now() + DAY };
      const { cube } = await incremental(
        replacing,
        options,
      )({ ...job, inputs: await expandInputs([history]) });
      expect([...cube.countries.keys()]).toContain('two.csv');
      pointTo('one.csv');
      expect((await count()).read).toEqual(['a.csv']);
    },
  );

  it('does not take the cubes of one config for those of another', async () => {
    await count();
    const total_orders = { of: 'total_orders', bands: [{ name: 'few', min: 0, max: 3 }] };
    const config = shippedConfig({ segments: { frequency_segment: total_orders } });
    expect((await count({ config })).read).toHaveLength(3);
    const columns = { ...shipped.columns, total_orders: 'voucher_amount', voucher_amount: 'total_orders' };
    expect((await count({ config: shippedConfig({ columns }) })).read).toHaveLength(3);
    expect((await count({ config })).read).toEqual([]);
    expect((await count()).read).toEqual([]);
  });

  it('reads all files for their rejects', async () => {
    const rejected: string[] = [];
    const rejects = { write: ({ file }: { file: string }) => rejected.push(file), drained: async () => {} };
    await count();
    expect((await count({ rejects })).read).toHaveLength(3);
    expect(rejected).toEqual(['a.csv', 'b.csv', 'c.csv']);
  });

  it('reads again what it kept of a file when that is damaged in any way', async () => {
    await count();
    const kept = cubes();
    const damages: ((bytes: Buffer, other: Buffer) => Buffer)[] = [
      () => Buffer.alloc(0),
      (bytes) => bytes.subarray(0, 40),
      (bytes) => bytes.subarray(0, 65),
      (bytes) => bytes.subarray(0, -1),
      (bytes) => Buffer.concat([bytes, Buffer.from(' ')]),
      (bytes) => Buffer.from(bytes.toString().replace('"cells":[', '"cells":[1,')),
      (bytes) => Buffer.from(bytes.map((byte, at) => (at === 100 ? byte ^ 1 : byte))),
      (_, other) => other,
    ];
    for (const damage of damages) {
      const [one = '', other = ''] = kept;
      writeFileSync(one, damage(readFileSync(one), readFileSync(other)));
      // As long as all inputs of the last build are there, their sum is all that is looked at.
      expect((await count()).read).toEqual([]);
      writeFileSync(sum(), damage(readFileSync(sum()), readFileSync(other)));
      expect((await count()).read).toHaveLength(1);
      expect((await count()).read).toEqual([]);
    }
    writeFileSync(join(cache, 'index.json'), 'gone');
    expect((await count()).read).toHaveLength(3);
  });

  it('makes anew what an empty folder is in the place of, and names a folder that is not', async () => {
    await count();
    const entries = [cubes()[0] ?? '', sum(), join(cache, 'index.json')];
    const replace = () => {
      for (const path of entries) {
        rmSync(path);
        mkdirSync(path);
      }
    };
    replace();
    const { read, warnings } = await count();
    expect([read.length, warnings]).toEqual([3, []]);
    expect((await count()).read).toEqual([]);
    replace();
    writeFileSync(join(sum(), 'kept'), '');
    expect((await count()).warnings).toEqual([
      expect.stringContaining(`${sum()}: it cannot be written: it is a folder`),
    ]);
    expect(existsSync(join(sum(), 'kept'))).toBe(true);
    const { code, err } = await build([
      '--input',
      history,
      '--out',
      join(root, 'out'),
      '--incremental',
      '--cache',
      cache,
    ]);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /sum\.json: it cannot be written: it is a folder, not a file\. Clear what is in its way/,
      ),
    ]);
  });

  it('keeps what was read before a file that cannot be read', async () => {
    writeFileSync(join(history, 'b.csv'), 'this,that\n');
    await expect(count()).rejects.toThrow('b.csv: expected columns');
    write('b.csv', 30, 'Peru');
    expect((await count()).read).toEqual(['a.csv', 'b.csv', 'c.csv']);
    writeFileSync(join(history, 'c.csv'), 'this,that\n');
    write('b.csv', 31, 'Peru');
    const job = { config: shipped, rejects: null, onProgress() {} };
    const inputs = await expandInputs([history]);
    const engine = incremental(stream, { folder: cache, warn() {} });
    await expect(engine({ ...job, inputs })).rejects.toThrow('c.csv: expected columns');
    write('c.csv', 30, 'Peru');
    expect((await count()).read).toEqual(['c.csv']);
  });

  it('forgets what was not used for a month, and clears away what killed builds left', async () => {
    await count();
    const [entry = ''] = cubes();
    writeFileSync(`${entry}.voucher-edge.0123456789abcdef.tmp`, 'half');
    unlinkSync(join(history, 'a.csv'));
    await count({ ahead: 20 * DAY });
    expect(entries().filter((path) => path.endsWith('.tmp'))).toEqual([]);
    expect(cubes()).toHaveLength(3);
    await count({ ahead: 45 * DAY });
    expect(cubes()).toHaveLength(2);
    expect((await count({ ahead: 46 * DAY })).read).toEqual([]);
  });

  it('never clears away what is not its own, in a folder that has other files', async () => {
    const others = [
      'package.json',
      'current.json',
      'notes.tmp',
      'deep/sum.json',
      `${'a'.repeat(16)}/other.json`,
    ];
    for (const name of others) {
      mkdirSync(dirname(join(cache, name)), { recursive: true });
      writeFileSync(join(cache, name), '{}');
    }
    await count();
    await count({ ahead: 90 * DAY });
    expect(others.filter((name) => !existsSync(join(cache, name)))).toEqual([]);
  });
});

describe('the index of files', () => {
  it('forgets a file on the thirtieth day on which it was no input', async () => {
    const path = join(root, 'index.json');
    const identity = { text: '1:2:3:4:5', size: 3, settled: true };
    const known = async (day: number) => {
      await FileIndex.read(path, day).write();
      return FileIndex.read(path, day).find('x.csv', identity) !== null;
    };
    const index = FileIndex.read(path, 20_000);
    index.note('x.csv', identity, '0'.repeat(64));
    await index.write();
    expect([await known(20_000), await known(20_029), await known(20_030)]).toEqual([true, true, false]);
  });
});

describe('a cache that cannot be written, of a build that may go on without', () => {
  async function costsTimeAndNoMore(reason: RegExp): Promise<void> {
    for (let run = 0; run < 2; run++) {
      const { read, warnings } = await count();
      expect(read).toHaveLength(3);
      expect(warnings).toEqual([expect.stringMatching(/^no cubes are kept for the next build/)]);
      expect(warnings[0]).toMatch(reason);
    }
  }

  it('costs time and no more: there is a file in its place', async () => {
    writeFileSync(cache, 'a file');
    await costsTimeAndNoMore(/there is a file where its folder should be/);
  });

  it.skipIf(!MAY_MOUNT)('costs time and no more: it is read-only (needs to mount)', async () => {
    mountSmall(cache, 'size=1m');
    makeReadOnly(cache);
    await costsTimeAndNoMore(/the file system is read-only/);
  });

  it.skipIf(!MAY_MOUNT)('costs time and no more: the disk is full (needs to mount)', async () => {
    mountSmall(cache, 'size=64k');
    writeFileSync(join(cache, 'full'), Buffer.alloc(64 * 1024));
    await costsTimeAndNoMore(/the disk is full/);
    unlinkSync(join(cache, 'full'));
    expect((await count()).read).toHaveLength(3);
    expect((await count()).read).toEqual([]);
  });
});

describe('a cache that cannot be written, of build:artifact', () => {
  async function endsTheBuild(folder: string, reason: RegExp): Promise<void> {
    const out = join(root, 'out');
    expect((await build(['--input', join(history, 'a.csv'), '--out', out])).code).toBe(0);
    const files = () => readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]);
    const before = files();
    const args = ['--input', history, '--out', out, '--incremental', '--cache', folder];
    for (const more of [[], ['--rejects', join(root, 'rejects.csv')]]) {
      const { code, out: said, err } = await build([...args, ...more]);
      expect([code, said]).toEqual([1, '']);
      expect(err).toMatch(reason);
      expect(err.split('\n')).toEqual([
        expect.stringContaining(`error: ${folder}: expected a cache folder that can be written`),
        '',
      ]);
      expect(err).toMatch(/nothing is published.*name another one with --cache/);
      expect(files()).toEqual(before);
      expect(existsSync(join(root, 'rejects.csv'))).toBe(false);
    }
  }

  it('ends it: there is a file in its place', async () => {
    writeFileSync(cache, 'a file');
    await endsTheBuild(cache, /there is a file where its folder should be/);
  });

  it.skipIf(process.platform !== 'linux')('ends it: no folder can be made there (needs Linux)', async () => {
    await endsTheBuild('/proc/voucher-edge/cubes', /it cannot be written/);
  });

  it.skipIf(!MAY_MOUNT)('ends it: it is read-only (needs to mount)', async () => {
    mountSmall(cache, 'size=1m');
    makeReadOnly(cache);
    await endsTheBuild(cache, /the file system is read-only/);
  });

  it('ends it before a file is read', async () => {
    writeFileSync(cache, 'a file');
    const inputs = await expandInputs([history]);
    const job = { config: shipped, inputs, rejects: null, onProgress() {} };
    const engine: Engine = () => Promise.reject(new Error('it reads'));
    await expect(incremental(engine, { folder: cache })(job)).rejects.toThrow('expected a cache folder');
  });

  it('ends it when the folder is lost while files are read', async () => {
    const inputs = await expandInputs([history]);
    const job = { config: shipped, inputs, rejects: null, onProgress() {} };
    const engine: Engine = async (given) => {
      rmSync(cache, { recursive: true });
      writeFileSync(cache, 'a file');
      return await stream(given);
    };
    await expect(incremental(engine, { folder: cache })(job)).rejects.toThrow('expected a cache folder');
  });
});

describe.skipIf(!MAY_MOUNT)('a build to a full disk (needs to mount)', () => {
  it.for(['stream', 'threads'])('says so, and leaves what was there and nothing else: %s', async (engine) => {
    const out = join(root, 'out');
    mountSmall(out, 'size=64k');
    expect((await build(['--input', history, '--out', out])).code).toBe(0);
    const before = readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]);
    const left =
      16 * 4096 - before.reduce((sum, [, text = '']) => sum + Math.ceil(text.length / 4096) * 4096, 0);
    writeFileSync(join(out, 'full'), Buffer.alloc(left));
    write('d.csv', 100, 'Chile');
    const { code, err } = await build(['--input', history, '--out', out, '--engine', engine]);
    expect([code, err]).toEqual([1, expect.stringMatching(/it cannot be written: the disk is full/)]);
    unlinkSync(join(out, 'full'));
    expect(readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')])).toEqual(before);
    const rejects = join(out, 'rejects.csv');
    writeFileSync(join(history, 'e.csv'), `${HEADER}\n${'not a row\n'.repeat(9000)}`);
    const rejecting = await build([
      '--input',
      history,
      '--out',
      out,
      '--engine',
      engine,
      '--rejects',
      rejects,
    ]);
    expect([rejecting.code, rejecting.err]).toEqual([
      1,
      expect.stringContaining(`error: ${rejects}: it cannot be written: the disk`),
    ]);
    expect(readdirSync(out)).toEqual(before.map(([name]) => name));
  });
});

describe('build:artifact --incremental', () => {
  const args = (more: string[] = []) => ['--input', history, '--out', join(root, 'out'), ...more];
  const kept = () => args(['--incremental', '--cache', cache]);
  const current = () => readFileSync(join(root, 'out/current.json'));

  it('writes the bytes of a full build', async () => {
    expect((await build(args())).code).toBe(0);
    const full = current();
    for (let run = 0; run < 2; run++) {
      expect((await build(kept())).code).toBe(0);
      expect(current()).toEqual(full);
    }
  });

  it('is right after a build that was killed at any instant', async () => {
    expect((await build(args())).code).toBe(0);
    const full = current();
    for (let delay = 0; delay <= 600; delay += 100) {
      const { child, done } = spawnBuild(kept());
      setTimeout(() => child.kill('SIGKILL'), delay);
      await done;
      if (existsSync(join(root, 'out/current.json'))) expect(current()).toEqual(full);
      await count();
    }
    expect((await build(kept())).code).toBe(0);
    expect(current()).toEqual(full);
  }, 120_000);

  it('shares its cache with builds that run at the same time', async () => {
    for (let file = 0; file < 20; file++) write(`more-${file}.csv`, 10, `Land ${file}`);
    expect((await build(args())).code).toBe(0);
    const full = current();
    const outcomes = await Promise.all([0, 1, 2].map(() => spawnBuild(kept()).done));
    for (const { code, err } of outcomes) {
      expect([code, err]).toEqual([
        0,
        expect.stringMatching(/^warning: .* malformed.*\nwarning: The history is stale.*\n$/),
      ]);
    }
    expect(current()).toEqual(full);
    expect((await count()).read).toEqual([]);
  }, 60_000);

  it('says that --cache goes with it', async () => {
    const { code, err } = await build(args(['--cache', cache]));
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'error: expected --incremental with --cache, got --cache alone',
    ]);
  });
});
