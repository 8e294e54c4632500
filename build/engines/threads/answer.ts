import { Cube, type CubeCounts, cubeLayout } from '../../../src/core/cube/cube.ts';
import { type Dropped, RowCounter } from '../../../src/core/cube/row-counter.ts';
import { DataError } from '../../../src/core/errors.ts';
import { EmptyFile } from '../../../src/core/history/columns.ts';
import { CsvReader } from '../../../src/core/history/csv.ts';
import { constantsOf } from '../../../src/core/history/folders.ts';
import { JsonLinesReader } from '../../../src/core/history/json-lines.ts';
import { CsvLines } from '../../read/csv-lines.ts';
import { fileError, type InputFile } from '../../read/file.ts';
import { decodedLines } from '../../read/text.ts';
import { countFile } from '../count-file.ts';
import type { Job, Reject } from '../engine.ts';
import { PlainRows } from '../plain/plain-rows.ts';
import { failureOf } from './failure.ts';
import { AT_A_RECORD, type Block, type Message, type Part, type Setup, type Task } from './protocol.ts';

/** Does what a worker is told, and never throws. */
export type Answerer = (task: Task, onProgress: Job['onProgress']) => Promise<Message>;

/** @returns what does the work of a worker */
export function answering({ config, rejects: wanted }: Setup): Answerer {
  return async ({ file, block }, onProgress) => {
    try {
      const part = block === null ? await countWhole(file, onProgress) : countBlock(file, block);
      return { kind: 'done', part };
    } catch (error) {
      return { kind: 'failed', failure: failureOf(fileError(file.path, error)) };
    }
  };

  function countBlock(file: InputFile, { shape, from, bytes, last }: Block): Part {
    const rejects: Reject[] = [];
    // The row is the reader's, and changes.
    const keep = (dropped: Dropped) =>
      rejects.push({ ...dropped, file: file.name, row: dropped.row && { ...dropped.row } });
    const counter = new RowCounter(config, new Cube(cubeLayout(config)), wanted ? keep : null);
    const options = { ...counter, constants: constantsOf(file.folders, config.columns) };
    const plain = new PlainRows(config, counter, { dropped: !wanted, bytes: bytes.length });
    const reader =
      shape === 'json'
        ? new JsonLinesReader(options)
        : new CsvReader({ ...options, ...(shape === null ? {} : { shape, ...from }) });
    if (reader instanceof CsvReader) new CsvLines(reader, plain.of).push(bytes);
    else for (const text of decodedLines(bytes)) reader.push(text);
    plain.end();
    const to = reader.state;
    if (shape === 'json') endLines(reader, last);
    else if (last) reader.end();
    const { cube, rows, notes } = counter;
    return { cube: countsOf(cube), notes, sha256: '', rows, to, rejects };
  }

  async function countWhole(file: InputFile, onProgress: Job['onProgress']): Promise<Part> {
    const { cube, sha256, notes } = await countFile(file, { config, rejects: null, onProgress });
    return { cube: countsOf(cube), notes, sha256, rows: 0, to: AT_A_RECORD, rejects: [] };
  }
}

/** A block of JSON lines may be empty, as long as the file is not. */
function endLines(reader: CsvReader | JsonLinesReader, last: boolean): void {
  if (!last && reader.state.rest !== '') throw new DataError('a line is longer than a block');
  try {
    reader.end();
  } catch (error) {
    if (!(error instanceof EmptyFile)) throw error;
  }
}

function countsOf({ countries, firstTimestamp, lastTimestamp }: CubeCounts): CubeCounts {
  return { countries, firstTimestamp, lastTimestamp };
}
