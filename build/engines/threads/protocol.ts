import type { Config } from '../../../src/core/config/config.ts';
import type { CubeCounts } from '../../../src/core/cube/cube.ts';
import type { CsvReader } from '../../../src/core/history/csv.ts';
import type { CsvShape } from '../../../src/core/history/csv-shape.ts';
import type { Notes } from '../../../src/core/history/unread.ts';
import type { InputFile } from '../../read/file.ts';
import type { Reject } from '../engine.ts';
import type { Failure } from './failure.ts';

/** What a worker is given when it starts. */
export interface Setup {
  config: Config;
  /** Whether the rows of blocks that are dropped come back. */
  rejects: boolean;
}

/** The state of a reader of CSV between two records. */
type Standing = CsvReader['state'];

/** The standing at the start of a file, and that which is supposed at the start of any block. */
export const AT_A_RECORD: Standing = { rest: '', line: 1 };

/** A part of a file of CSV or JSON lines, to be counted from a standing that is known or supposed. */
export interface Block {
  /** Null for the start of a file of CSV. */
  shape: CsvShape | 'json' | null;
  from: Standing;
  /** In memory that all threads share: a block may be counted twice. */
  bytes: Uint8Array<SharedArrayBuffer>;
  /** Whether the file ends with it. */
  last: boolean;
}

/** What a worker is to count: a block of a file, or without one all of the file, which it reads itself. */
export interface Task {
  file: InputFile;
  block: Block | null;
}

/** What was counted. Cubes travel without their layout, which each thread has. */
export interface Part {
  cube: CubeCounts;
  notes: Notes;
  /** Of a file. */
  sha256: string;
  /** Of a block, as are those below. */
  rows: number;
  to: Standing;
  rejects: Reject[];
}

/** What a worker says. */
export type Message =
  | { kind: 'progress'; bytes: number; rows: number }
  | { kind: 'done'; part: Part }
  | { kind: 'failed'; failure: Failure };
