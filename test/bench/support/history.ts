import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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

/** @param times how often the 198,674 rows of the real history stand in the file; the sample fills in where it is missing */
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

/** Splits a history into files of the same size with the header on each. @returns the folder */
export async function historyInFiles(whole: History, files: number, folder: string): Promise<string> {
  const source = await readFile(whole.path, 'utf8');
  const lines = source.trimEnd().split('\n');
  const [header = '', ...rows] = lines;
  const each = Math.ceil(rows.length / files);
  mkdirSync(folder, { recursive: true });
  for (let file = 0; file < files; file++) {
    const part = rows.slice(file * each, (file + 1) * each);
    const name = `day-${String(file).padStart(3, '0')}.csv`;
    await pipeline(Readable.from([[header, ...part, ''].join('\n')]), createWriteStream(join(folder, name)));
  }
  return folder;
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
