import { canonicalJson, sha256Hex } from '../core/canonical.ts';
import { concat } from '../core/concat.ts';
import type { Config } from '../core/config/config.ts';
import { Cube, cubeLayout } from '../core/cube/cube.ts';
import { CUBE_RULES_VERSION, layoutText } from '../core/cube/cube-json.ts';
import { RowCounter } from '../core/cube/row-counter.ts';
import { constantsOf, foldersOf } from '../core/history/folders.ts';
import { TextReader } from '../core/history/text-reader.ts';
import { decodeWithBadBytes } from '../core/history/utf8.ts';
import { sleep } from '../platform/clock.ts';
import { decoded } from '../unpack/text.ts';
import type { ReadableObject } from './bindings.ts';
import { Hashing, unpacked } from './bytes.ts';
import { RowSampler, rowHash, SAMPLED_ROWS } from './row-sample.ts';

/**
 * The most distinct combinations that a cube may hold here: at some 200 bytes each, two cubes and the JSON of one
 * fit an isolate of 128 MB many times over. A build on a machine takes five times as many.
 */
export const MOST_CELLS_AT_EDGE = 100_000;

/**
 * The most characters of statistics that are made here. A comparison has those of two versions, as objects of ten times
 * that size, and an isolate has 128 MB.
 */
export const AT_EDGE = { most: 4_000_000 };

/** @returns the fingerprint of all that the counts of a file depend on besides its bytes */
export async function rulesOf(config: Config): Promise<string> {
  const rules = {
    version: CUBE_RULES_VERSION,
    columns: config.columns,
    numbers: config.numbers,
    times: config.times,
    layout: layoutText(cubeLayout(config)),
  };
  return (await sha256Hex(canonicalJson(rules))).slice(0, 16);
}

/** Characters after which requests that wait in the same isolate have their turn: a few milliseconds of counting. */
const TURN = 128 * 1024;

/**
 * Reads a file of CSV or JSON lines, plain or gzip, to the cube of its rows: in pieces, so that memory does not grow with it.
 *
 * @param inMembers whether gzip may have several members: see bytes.ts
 * @returns its cube, and what goes with it; `sha256` is that of the bytes as stored, in hexadecimal
 * @throws DataError when the file is at fault; any other error says nothing about the file
 */
export async function countFile(object: ReadableObject, config: Config, inMembers = false) {
  const counter = new RowCounter(config, new Cube(cubeLayout(config), MOST_CELLS_AT_EDGE), null);
  const sampler = new RowSampler(SAMPLED_ROWS.file);
  const reader = new TextReader({
    ...counter,
    onRow(row, line, text) {
      sampler.add(rowHash(text()));
      counter.onRow(row, line, text);
    },
    constants: constantsOf(foldersOf(object.key.split('/')), config.columns),
  });
  const hashing = new Hashing();
  const stored = hashing.through(object.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>);
  let unyielded = 0;
  for await (const text of decoded(unpacked(stored, inMembers), concat, decodeWithBadBytes)) {
    reader.push(text);
    unyielded += text.length;
    if (unyielded < TURN) continue;
    unyielded = 0;
    await sleep(0);
  }
  if (hashing.size !== object.size) {
    throw new Error(`expected ${object.size} bytes from the bucket, got ${hashing.size}`);
  }
  reader.end();
  const { cube, notes, rows } = counter;
  return { cube, notes, rows, sha256: await hashing.hex(), sample: sampler.sample() };
}
