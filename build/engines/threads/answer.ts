import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { RowCounter } from '../../../src/core/cube/row-counter.ts';
import { DataError, messageOf } from '../../../src/core/errors.ts';
import { CsvReader } from '../../../src/core/history/csv.ts';
import { InputError } from '../../read/file.ts';
import { decodedBlock } from '../../read/text.ts';
import { countFile } from '../count-file.ts';
import { packCube } from './packed-cube.ts';
import { type PackedRejects, RejectPacker } from './packed-rejects.ts';
import type { Answer, BlockCounted, BlockTask, Failure, FileTask, Setup, Task } from './protocol.ts';

/** Rejects that are passed on at once. */
const BATCH = 1_000;

/** Those who hear of a file that is being read, before the answer. */
export interface Asker {
  /** What reads the file waits until this resolves. */
  onRejects(rejects: PackedRejects): Promise<void>;
  onProgress(bytes: number, rows: number): void;
}

/** @returns what does tasks; it never throws */
export function answering(setup: Setup): (task: Task, asker: Asker) => Promise<Answer> {
  const layout = cubeLayout(setup.config);
  return async (task, asker) => {
    try {
      return task.kind === 'block' ? answerBlock(task) : await answerFile(task, asker);
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error), bytes: task.kind === 'block' ? task.bytes : null };
    }
  };

  function answerBlock(task: BlockTask): Answer {
    return { kind: 'block', counted: countBlock(task), bytes: task.bytes };
  }

  function countBlock({ file, shape, constants, from, bytes, last, ...cut }: BlockTask): BlockCounted {
    const rejects = new RejectPacker();
    const counter = new RowCounter(
      setup.config,
      new Cube(layout),
      setup.rejects ? (dropped) => rejects.write({ file, ...dropped }) : null,
    );
    const { onRow, fields, onMalformed, onRemark } = counter;
    const { columns } = setup.config;
    const reader = new CsvReader({
      columns,
      onRow,
      fields,
      onMalformed,
      onRemark,
      constants,
      ...(shape === null ? {} : { shape, ...from }),
    });
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const text of decodedBlock(block, { ...cut, last })) reader.push(text);
    if (last) reader.end();
    const { cube, rows, notes } = counter;
    return { cube: packCube(cube), rows, notes, to: reader.state, rejects: rejects.take() };
  }

  async function answerFile({ file }: FileTask, { onRejects, onProgress }: Asker): Promise<Answer> {
    const rejects = new RejectPacker();
    const sink = {
      write: rejects.write,
      async drained() {
        if (rejects.waiting >= BATCH) await onRejects(rejects.take());
      },
    };
    const job = { config: setup.config, layout, rejects: setup.rejects ? sink : null, onProgress };
    const { cube, ...rest } = await countFile(file, job);
    return { kind: 'file', counted: { cube: packCube(cube), ...rest, rejects: rejects.take() } };
  }
}

function failureOf(error: unknown): Failure {
  const message = messageOf(error);
  const input = error instanceof InputError ? { path: error.path, content: error.content } : null;
  return { message, expected: error instanceof DataError, input };
}
