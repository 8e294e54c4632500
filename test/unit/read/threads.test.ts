import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine, Reject } from '../../../build/engines/engine.ts';
import { stream } from '../../../build/engines/stream.ts';
import { Pool } from '../../../build/engines/threads/pool.ts';
import type { Setup } from '../../../build/engines/threads/protocol.ts';
import { type ThreadsOptions, threadsEngine } from '../../../build/engines/threads.ts';
import type { InputFile } from '../../../build/read/file.ts';
import { spawnSync } from '../../support/children.ts';
import { shippedConfig } from '../../support/histories.ts';
import { runs } from '../../support/runs.ts';
import { spawnBuild } from '../support/command.ts';
import { HEADER } from '../support/csv.ts';
import { temporaryFolder } from '../support/files.ts';
import { parquetFile } from '../support/parquet.ts';
import { inThisThread } from '../support/threads.ts';

const folder = temporaryFolder();
const config = shippedConfig();
const ROW = '2018-07-21,Peru,2018-04-20,2018-04-17,1,4400';

const TINY: ThreadsOptions = { block: 96, threads: 3, worth: 0, start: inThisThread };

/** Whether bytes are called binary depends on what was read together with them, and is masked; the line does not. */
function masked(said: unknown): unknown {
  return typeof said === 'string'
    ? said.replace(/expected text(?: in UTF-8)?, found (?:binary data|bytes) (on line \d+).*/, 'found $1')
    : said;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** All that an engine says of inputs: the cube, the sources, the rejects; or its error. */
async function outcome(engine: Engine, inputs: readonly InputFile[], rejected = true): Promise<unknown> {
  const rejects: Reject[] = [];
  const sink = {
    write: (reject: Reject) => rejects.push(structuredClone(reject)),
    drained: async () => {},
  };
  const progress = { bytes: 0, rows: 0 };
  try {
    const { cube, sources, reports } = await engine({
      config,
      inputs,
      rejects: rejected ? sink : null,
      onProgress(bytes, rows) {
        progress.bytes += bytes;
        progress.rows += rows;
      },
    });
    const { countries, firstTimestamp, lastTimestamp } = cube;
    // The order in which countries are met leaves no trace.
    const sorted = [...countries].sort(([a], [b]) => (a < b ? -1 : 1));
    return { countries: sorted, firstTimestamp, lastTimestamp, sources, reports, rejects, progress };
  } catch (error) {
    return (error as Error).message;
  }
}

function input(bytes: Uint8Array, name = 'history.csv'): InputFile {
  return { path: folder.write(name, bytes), name, size: bytes.length };
}

/** Milliseconds; for a machine that is busy with other things. */
const LONG = 120_000;

describe('counting blocks of CSV', { timeout: LONG }, () => {
  const piece = fc.constantFrom(
    ...['a', ',', ',', ',', '"', '"', '\n', '\n', '\r\n', '\r', ' ', ';', 'é', '😀', '2018-07-21'],
    `${ROW}\n`,
    `${ROW}\r\n`,
    `"",${ROW}\n`,
    `"2018-07-21","Pe\nru","2018-04-20",,"1","44,00"\n`,
    `2018-07-21,"Pe""ru",2018-04-20,,1,4400\n`,
    `2018-07-21,"Peru,2018-04-20,,1,4400\n`,
    `2018-07-21,Chi"na,2018-04-20 12:00,,x,\n`,
    `2018-07-20,"a" ,2018-04-20,,"1"x,3\n`,
  );
  const header = fc.constantFrom(
    `${HEADER}\n`,
    `\uFEFF${HEADER}\r\n`,
    `\n\n${HEADER.replaceAll(',', ';')}\n`,
    `"${HEADER.replaceAll(',', '","')}"\n`,
    `${HEADER}\r`,
    `more,${HEADER}\n`,
    'what is this\n',
    '',
  );
  const text = fc
    .tuple(header, fc.array(piece, { maxLength: 60 }))
    .map(([head, parts]) => head + parts.join(''));
  /** The smallest block just holds the header. */
  const block = fc.integer({ min: 90, max: 250 });

  it('gives what one thread gives, wherever the blocks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(text, block, async (content, block) => {
        const file = input(Buffer.from(content));
        const options = { ...TINY, block };
        expect(await outcome(threadsEngine(options), [file])).toEqual(await outcome(stream, [file]));
      }),
      { numRuns: runs(100) },
    );
  });

  it.skipIf(process.platform !== 'linux')('leaves no file open', async () => {
    const bad = [
      `${HEADER}\n2018-07-21,\xff,2018-07-20,,1,1\n`,
      'what is this\n',
      `\xff\xfe${HEADER}`,
      'PK\x03\x04',
      '\x1f\x8b',
      `${HEADER}\n2018-07-21,\0,2018-07-20,,1,1\n`,
    ];
    const inputs = bad.map((content, index) => input(Buffer.from(content, 'latin1'), `bad-${index}.csv`));
    const open = () => readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`));
    for (const file of inputs) {
      for (const engine of [stream, threadsEngine(TINY)]) {
        expect(await outcome(engine, [file])).toContain(file.path);
        await expect.poll(open, { timeout: LONG }).not.toContain(file.path);
      }
    }
  });

  it('names the same line of bytes that are no text', async () => {
    const bad = fc.constantFrom([0xff], [0xc3], [0], [0xed, 0xa0, 0x80]);
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), bad, block, async (content, at, bytes, block) => {
        const good = Buffer.from(content);
        const place = at % (good.length + 1);
        const file = input(
          Buffer.concat([good.subarray(0, place), Buffer.from(bytes), good.subarray(place)]),
        );
        const options = { ...TINY, block };
        expect(masked(await outcome(threadsEngine(options), [file]))).toEqual(
          masked(await outcome(stream, [file])),
        );
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('counting blocks of JSON lines', { timeout: LONG }, () => {
  const object = (fields: object) =>
    JSON.stringify({
      timestamp: '2018-07-21',
      country_code: 'Peru',
      last_order_ts: '2018-04-20',
      total_orders: 1,
      voucher_amount: 4400,
      ...fields,
    });
  const line = fc.constantFrom(
    ...[object({}), object({}), object({ voucher_amount: '1.5', first_order_ts: '2018-01-01' })],
    object({ country_code: 'Pe\nru é 😀' }),
    object({ total_orders: 'many', timestamp: '2018-02-30' }),
    object({ total_orders: undefined, Total_Orders: 3 }),
    object({ voucher_amount: undefined, voucheramount: 3 }),
    object({ voucher_amount: { $numberInt: '7' } }),
    object({ last_order_ts: { date: 1 } }),
    object({ note: 'x'.repeat(300) }),
    `\x1e${object({})}`,
    `${object({})},`,
    `${object({})}\r`,
    `${object({})}\r${object({})}`,
    object({ country_code: 'Pe\0ru' }),
    object({ country_code: 'M' }).replace('"M"', 'NaN'),
    ...['', ' ', '{', '}', '[]', '\0\0', '2018-07-21,Peru', '{"note":1}'],
  );
  const usual = fc.constantFrom(object({}), object({ total_orders: 'many' }), 'oops', '');
  const lines = fc
    .tuple(
      fc.constantFrom('', '\uFEFF'),
      fc.array(line, { maxLength: 6 }),
      fc.array(usual, { maxLength: 60 }),
    )
    .chain(([mark, odd, usual]) =>
      fc
        .shuffledSubarray([...odd, ...usual], { minLength: odd.length + usual.length })
        .map((all) => mark + object({}) + ['', ...all].join('\n')),
    );

  it('gives what one thread gives, wherever the blocks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.boolean(),
        fc.integer({ min: 90, max: 1000 }),
        async (content, rejected, block) => {
          const file = input(Buffer.from(content), 'history.ndjson');
          const blocks = threadsEngine({ ...TINY, block });
          expect(await outcome(blocks, [file], rejected)).toEqual(await outcome(stream, [file], rejected));
        },
      ),
      { numRuns: runs(150) },
    );
  });

  it('counts them in threads, not one file in one', async () => {
    const file = input(Buffer.from(`${object({})}\n`.repeat(100)), 'history.ndjson');
    let blocks = 0;
    const start: ThreadsOptions['start'] = (threads, setup) => {
      const workers = inThisThread(threads, setup);
      return {
        ...workers,
        run: (task, onProgress) => {
          blocks += task.block === null ? 0 : 1;
          return workers.run(task, onProgress);
        },
      };
    };
    const counted = await outcome(threadsEngine({ ...TINY, block: 1000, start }), [file], false);
    expect(counted).toEqual(await outcome(stream, [file], false));
    expect(blocks).toBe(Math.ceil(file.size / 1000));
  });
});

/** Rows with all diseases, the more of them rejected the smaller `kept` is. */
function history(rows: number, kept: number): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    if (index % 10 >= kept) return `2018-02-30,Peru,2018-04-20,,${index},"a ""word"", and\nanother"`;
    return index % 7 === 0 ? `2018-07-21,"Pe\nru",2018-04-20,"",${index % 50},"44.5"` : ROW;
  });
  return `${HEADER}\n${lines.join('\n')}\n`;
}

describe('worker threads', { timeout: LONG }, () => {
  const small = { block: 1024, threads: 2, worth: 0 };
  const real = threadsEngine({ ...small, start: (threads, setup) => new Pool(threads, setup) });

  it('give the cube, the sources, the rejects and the progress of one thread, for files of all kinds', async () => {
    const inputs = [
      input(Buffer.from(history(3000, 9)), 'a.csv'),
      input(gzipSync(history(5000, 2)), 'b.csv.gz'),
      input(Buffer.from(history(2, 9)), 'c.csv'),
      input(parquetFile(3000), 'd.parquet'),
      input(Buffer.from(`\uFEFF${history(300, 5)}`, 'utf16le'), 'e.csv'),
      input(Buffer.from(history(4000, 0).replaceAll('\n', '\r\n')), 'f.csv'),
      input(Buffer.from(history(900, 8).replaceAll('\n', '\r')), 'g.csv'),
    ];
    expect(await outcome(real, inputs)).toEqual(await outcome(stream, inputs));
  });

  it('say what is wrong with the first file that cannot be read, and end', async () => {
    const good = input(Buffer.from(history(3000, 9)), 'good.csv');
    const binary = input(Buffer.from(`${history(2000, 9)}\0\n${history(2000, 9)}`), 'binary.csv');
    const cut = input(gzipSync(history(3000, 9)).subarray(0, 200), 'cut.csv.gz');
    for (const inputs of [
      [good, binary, cut, good],
      [cut, good, binary],
      [good, { ...good, path: `${good.path}.gone` }, binary],
    ]) {
      const said = await outcome(real, inputs);
      expect(said).toEqual(expect.stringMatching(/^\/.*(?:NUL|cut short|no such file)/));
      expect(said).toBe(await outcome(stream, inputs));
    }
  });

  it('say so when a file ends before it should', async () => {
    const file = input(Buffer.from(history(3000, 9)), 'shrunk.csv');
    const shrunk = { ...file, size: file.size + 1 };
    expect(await outcome(real, [shrunk])).toMatch(/it was cut while it was read/);
    expect(await outcome(real, [shrunk])).toBe(await outcome(stream, [shrunk]));
  });

  it('end when the rejects cannot be written', async () => {
    const inputs = [
      input(gzipSync(history(5000, 0)), 'h.csv.gz'),
      input(Buffer.from(history(5000, 0)), 'i.csv'),
    ];
    for (const some of [inputs, inputs.toReversed()]) {
      const job = { config, inputs: some, onProgress() {} };
      const drained = () => Promise.reject(new Error('the disk is full'));
      await expect(real({ ...job, rejects: { write() {}, drained } })).rejects.toThrow('the disk is full');
    }
  });

  it('are not started for what is small, or for one file that cannot be cut', async () => {
    const start = () => {
      throw new Error('started');
    };
    const engine = threadsEngine({ ...small, worth: 100_000, start });
    const [csv, gz] = [input(Buffer.from(history(100, 9))), input(gzipSync(history(100, 9)), 'one.csv.gz')];
    for (const inputs of [[csv], [gz]]) {
      expect(await outcome(engine, inputs)).toEqual(await outcome(stream, inputs));
    }
    expect(await outcome(engine, [{ ...csv, size: 1_000_000 }])).toBe('started');
    expect(await outcome(engine, [{ ...gz, size: 1_000_000 }])).not.toBe('started');
  });

  it('end with the error that ended a thread', async () => {
    const pool = new Pool(2, { config: { columns: {} } as unknown as Setup['config'], rejects: false });
    const file = input(Buffer.from(history(10, 9)));
    await expect(pool.run({ file, block: null })).rejects.toThrow(/undefined/);
    await expect(pool.run({ file, block: null })).rejects.toThrow(/undefined/);
    await pool.end();
  });

  it('end when several of them break down, some of them while they are ended', async () => {
    const broken = { config: { columns: {} } as unknown as Setup['config'], rejects: false };
    const file = input(Buffer.from(history(10, 9)));
    for (let time = 0; time < 4; time++) {
      const pool = new Pool(4, broken);
      await expect(pool.run({ file, block: null })).rejects.toThrow(/undefined/);
      // The others break down too before anybody can hear of it: an error that no one listens to ends the process.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60 * time);
      await pool.end();
    }
  });

  it.skipIf(process.platform === 'win32')('end at Ctrl-C, and leave no unfinished file', async () => {
    const rows = `${ROW}\n`.repeat(1000);
    const large = input(Buffer.from(`${HEADER}\n${rows.repeat(1100)}`), 'large.csv');
    const pipe = join(folder.path, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const out = join(folder.path, 'out');
    const rejects = join(out, 'rejects.csv');
    const args = [
      '--engine',
      'threads',
      '--input',
      large.path,
      '--input',
      pipe,
      '--out',
      out,
      '--rejects',
      rejects,
    ];
    const { child, done } = spawnBuild(args);
    const unfinished = () => (existsSync(out) ? readdirSync(out) : []);
    await expect.poll(unfinished, { timeout: LONG }).toEqual([expect.stringMatching(/\.tmp$/)]);
    child.kill('SIGINT');
    expect(await done).toMatchObject({ code: 130, out: '' });
    expect(unfinished()).toEqual([]);
  });
});
