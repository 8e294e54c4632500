import type { Source } from '../../../src/core/artifact/artifact.ts';
import type { Config } from '../../../src/core/config/config.ts';
import type { Field } from '../../../src/core/fields/fields.ts';
import type { CsvShape } from '../../../src/core/history/csv-shape.ts';
import type { Notes } from '../../../src/core/history/unread.ts';
import type { InputFile } from '../../read/file.ts';
import type { PackedCube } from './packed-cube.ts';
import type { PackedRejects } from './packed-rejects.ts';

/** What a worker is given when it starts. */
export interface Setup {
  config: Config;
  /** Whether anybody wants the rejects. */
  rejects: boolean;
}

/** The state of a reader of CSV between two records: see CsvReader's `state`. */
export interface Standing {
  rest: string;
  line: number;
}

/** A part of a CSV file, to be counted from a standing that is known or supposed. */
export interface BlockTask {
  kind: 'block';
  file: string;
  /** What the folders of the file say. */
  constants: Partial<Record<Field, string>>;
  /** Null for the start of the file. */
  shape: CsvShape | null;
  from: Standing;
  bytes: Uint8Array<ArrayBuffer>;
  /** See {@link decodedBlock}. */
  carry: number;
  piece: number;
  last: boolean;
}

/** A file to be read from its start to its end. */
export interface FileTask {
  kind: 'file';
  file: InputFile;
}

export type Task = BlockTask | FileTask;

export interface BlockCounted {
  cube: PackedCube;
  rows: number;
  notes: Notes;
  to: Standing;
  rejects: PackedRejects;
}

export interface FileCounted {
  cube: PackedCube;
  source: Source;
  notes: Notes;
  /** Those that were not sent before. */
  rejects: PackedRejects;
}

/** An error on its way between threads. `expected`: it is a sentence for people, and no mistake of the program. */
export interface Failure {
  message: string;
  expected: boolean;
  /** What an InputError knows. */
  input: { path: string; content: boolean } | null;
}

/** Each block comes back with the bytes that it was given, to be used again. */
export type Answer =
  | { kind: 'block'; counted: BlockCounted; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'file'; counted: FileCounted }
  | { kind: 'failed'; failure: Failure; bytes: Uint8Array<ArrayBuffer> | null };

/** What a worker says. It waits after rejects until it is told that there is room for more. */
export type Message =
  | Answer
  | { kind: 'rejects'; rejects: PackedRejects }
  | { kind: 'progress'; bytes: number; rows: number };

/** What a worker is told. */
export type Order = Task | { kind: 'more' };
