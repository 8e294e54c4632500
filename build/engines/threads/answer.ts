import { Cube, type CubeCounts, cubeLayout } from '../../../src/core/cube/cube.ts';
import { type Dropped, RowCounter } from '../../../src/core/cube/row-counter.ts';
import { CsvReader } from '../../../src/core/history/csv.ts';
import { fileError, type InputFile } from '../../read/file.ts';
import { constantsOf } from '../../read/reading.ts';
import { decodedLines } from '../../read/text.ts';
import { countFile } from '../count-file.ts';
import type { Job, Reject } from '../engine.ts';
import { failureOf } from './failure.ts';
import type { Block, BlockCounted, FileCounted, Message, Order, Setup } from './protocol.ts';

/** Does what a worker is told, and never throws. */
export type Answering = (order: Order, onProgress: Job['onProgress']) => Promise<Message>;

/** @returns what does the work of a worker */
export function answering({ config, rejects: wanted }: Setup): Answering {
  const layout = cubeLayout(config);
  return async (order, onProgress) => {
    try {
      const result =
        order.kind === 'block' ? countBlock(order.task) : await countWhole(order.task, onProgress);
      return { kind: 'done', result };
    } catch (error) {
      const { path } = order.kind === 'block' ? order.task.file : order.task;
      return { kind: 'failed', failure: failureOf(fileError(path, error)) };
    }
  };

  function countBlock({ file, shape, from, bytes, last }: Block): BlockCounted {
    const rejects: Reject[] = [];
    // The row is the reader's, and changes.
    const keep = (dropped: Dropped) =>
      rejects.push({ ...dropped, file: file.name, row: dropped.row && { ...dropped.row } });
    const counter = new RowCounter(config, new Cube(layout), wanted ? keep : null);
    const { onRow, fields, onMalformed, onRemark } = counter;
    const { columns } = config;
    const reader = new CsvReader({
      columns,
      onRow,
      fields,
      onMalformed,
      onRemark,
      constants: constantsOf(file, columns),
      ...(shape === null ? {} : { shape, ...from }),
    });
    for (const text of decodedLines(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)))
      reader.push(text);
    if (last) reader.end();
    const { cube, rows, notes } = counter;
    return { cube: countsOf(cube), rows, notes, to: reader.state, rejects };
  }

  async function countWhole(file: InputFile, onProgress: Job['onProgress']): Promise<FileCounted> {
    const { cube, source, notes } = await countFile(file, { config, layout, rejects: null, onProgress });
    return { cube: countsOf(cube), source, notes };
  }
}

function countsOf({ countries, firstTimestamp, lastTimestamp }: Cube): CubeCounts {
  return { countries, firstTimestamp, lastTimestamp };
}
