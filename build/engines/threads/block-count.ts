import { Cube } from '../../../src/core/cube/cube.ts';
import { DataError } from '../../../src/core/errors.ts';
import { addNotes, noNotes } from '../../../src/core/history/unread.ts';
import { InputError, type InputFile } from '../../read/file.ts';
import { constantsOf } from '../../read/reading.ts';
import type { CountedFile, Job } from '../engine.ts';
import type { Block, BlockFile } from './blocks.ts';
import { addPacked } from './packed-cube.ts';
import { unpackRejects } from './packed-rejects.ts';
import type { Workers } from './pool.ts';
import type { Answer, BlockTask, Failure, Standing } from './protocol.ts';

/** The assumption about a block until more is known: a record starts with it. */
const AT_A_RECORD: Standing = { rest: '', line: 1 };

/**
 * Counts the blocks of one CSV file.
 *
 * Where a record starts cannot be told from a block alone: a line end may be quoted. So each block is counted
 * on the supposition that a record starts where it does, and settled when the block before it is: its reader then
 * tells its position. Where that is in the middle of a record, the block is counted again from there. A reader
 * knows nothing of the past but its standing, so that the count is the one of a reader that reads on.
 */
export class BlockCount {
  readonly #file: InputFile;
  readonly #blocks: BlockFile;
  readonly #workers: Workers;
  readonly #job: Job;
  readonly #cube: Cube;
  readonly #notes = noNotes();
  #rows = 0;
  /** The state of the reader after the settled blocks. */
  #standing = AT_A_RECORD;
  #started = false;

  constructor(file: InputFile, blocks: BlockFile, workers: Workers, job: Job) {
    this.#file = file;
    this.#blocks = blocks;
    this.#workers = workers;
    this.#job = job;
    this.#cube = new Cube(job.layout);
  }

  /** Has a block counted. @returns what settles it, when those before it are settled */
  start(block: Block): () => Promise<void> {
    const shape = this.#started ? this.#blocks.shape : null;
    this.#started = true;
    const constants = constantsOf(this.#file, this.#job.config.columns);
    const task: BlockTask = {
      kind: 'block',
      file: this.#file.name,
      constants,
      shape,
      from: AT_A_RECORD,
      ...block,
    };
    const answer = this.#workers.run(task);
    return async () => await this.#settle(task, await answer);
  }

  /** To be called when all blocks are settled. @throws DataError when the file was cut while it was read */
  async result(): Promise<CountedFile> {
    return {
      cube: this.#cube,
      source: { name: this.#file.name, sha256: this.#blocks.digest(), rows: this.#rows },
      notes: this.#notes,
    };
  }

  async #settle(task: BlockTask, answer: Answer): Promise<void> {
    const from = this.#standing;
    // The line is no matter of what is counted, but of what is said of it.
    if (answer.kind === 'failed' ? !same(from, task.from) : from.rest !== task.from.rest) {
      if (answer.kind === 'file' || answer.bytes === null)
        throw new Error('a block came back without its bytes');
      const again = { ...task, from, bytes: answer.bytes };
      await this.#settle(again, await this.#workers.run(again, { urgent: true }));
      return;
    }
    if (answer.kind === 'failed') throw errorOf(answer.failure);
    if (answer.kind !== 'block') throw new Error('a block was answered as if it were a file');
    const { cube, rows, notes, to, rejects } = answer.counted;
    const lines = from.line - task.from.line;
    addPacked(cube, this.#cube);
    addNotes(this.#notes, notes, lines);
    this.#rows += rows;
    this.#standing = { rest: to.rest, line: to.line + lines };
    this.#job.onProgress(answer.bytes.length, rows);
    this.#blocks.recycle(answer.bytes);
    for (const reject of unpackRejects(rejects, task.file, lines)) this.#job.rejects?.write(reject);
    await this.#job.rejects?.drained();
  }
}

/** @returns the error that a worker met */
export function errorOf({ message, expected, input }: Failure): Error {
  if (input !== null) return new InputError(message, input);
  return expected ? new DataError(message) : new Error(message);
}

function same(a: Standing, b: Standing): boolean {
  return a.rest === b.rest && a.line === b.line;
}
