import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { inProject } from './project.ts';

const REAL = inProject('../shared/data/voucher-history.csv.gz');
const REAL_ROWS = 198_674;
const SAMPLE = inProject('build/sample/history.csv');

/** Kept between runs: making it takes longer than reading it. */
const CACHE = join(tmpdir(), 'voucher-edge-bench');

/** A history as one CSV file. */
export interface History {
  path: string;
  /** For the table: what it is and how large. */
  label: string;
  rows: number;
}

/** @param times how often the 198,674 rows of the real history are in the file; the sample fills in where it is missing */
export async function history(times: number): Promise<History> {
  const real = existsSync(REAL);
  const source = real ? await text(REAL) : await readFile(SAMPLE, 'utf8');
  const end = source.indexOf('\n') + 1;
  const header = source.slice(0, end);
  const body = source.slice(end).replace(/\n*$/, '\n');
  const rowsInBody = real ? REAL_ROWS : body.split('\n').length - 1;
  const copies = real ? times : Math.round((times * REAL_ROWS) / rowsInBody);
  const rows = copies * rowsInBody;
  const path = join(CACHE, `${real ? 'history' : 'sample'}-${source.length}-${copies}.csv`);
  if (!existsSync(path)) await writeCopies(path, header, body, copies);
  const megabytes = Math.round(statSync(path).size / 1e6);
  return {
    path,
    rows,
    label: `${rows.toLocaleString('en-US')} ${real ? 'real' : 'sample'} rows, ${megabytes} MB`,
  };
}

/** A history cut into files, each a hundredth of the rows `copies` times over. */
export interface Parts {
  label: string;
  /** The number of files that hold the whole history. */
  count: number;
  /** Writes the file of a part; numbers past `count` give further files, each with bytes of its own. */
  write: (part: number, folder: string) => Promise<void>;
}

export async function historyInParts(copies: number): Promise<Parts> {
  const count = 100;
  const { path, rows } = await history(1);
  const [header = '', ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const each = Math.floor(rows / count);
  return {
    label: `${count} files of ${(each * copies).toLocaleString('en-US')} rows`,
    count,
    write: async (part, folder) => {
      // Past the last part it starts over, a few rows later.
      const start = (part % count) * each + Math.floor(part / count) * 7;
      const body = `${lines.slice(start, start + each).join('\n')}\n`;
      const file = join(folder, `part-${String(part).padStart(4, '0')}.csv`);
      await writeFile(file, `${header}\n${body.repeat(copies)}`);
    },
  };
}

async function writeCopies(path: string, header: string, body: string, copies: number): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  const chunks = function* () {
    yield header;
    for (let copy = 0; copy < copies; copy++) yield body;
  };
  await pipeline(Readable.from(chunks()), createWriteStream(unfinished));
  renameSync(unfinished, path);
}

async function text(gzip: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of createReadStream(gzip).pipe(createGunzip())) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
