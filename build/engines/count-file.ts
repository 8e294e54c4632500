import { Cube } from '../../src/core/cube/cube.ts';
import { RowCounter } from '../../src/core/cube/row-counter.ts';
import { NoHistory } from '../../src/core/history/columns.ts';
import type { Notes } from '../../src/core/history/unread.ts';
import type { InputFile } from '../read/file.ts';
import type { Reading } from '../read/reading.ts';
import { readSource } from '../read/source.ts';
import { hashFile } from './cache/identity.ts';
import type { CountedFile, Job } from './engine.ts';

/** Reads one file to the cube of its rows. */
export async function countFile(
  file: InputFile,
  { config, layout, rejects, onProgress }: Omit<Job, 'inputs'>,
): Promise<CountedFile> {
  const counter = new RowCounter(
    config,
    new Cube(layout),
    rejects && ((dropped) => rejects.write({ file: file.name, ...dropped })),
  );
  let reported = 0;
  let bytes = 0;
  const sha256 = await readUnlessForeign(file, counter.notes, {
    columns: config.columns,
    onRow: counter.onRow,
    onRead: counter.onRead,
    settings: config,
    onMalformed: counter.onMalformed,
    onBytes(read) {
      bytes += read;
    },
    async onBatch() {
      onProgress(bytes, counter.rows - reported);
      reported = counter.rows;
      bytes = 0;
      await rejects?.drained();
    },
  });
  onProgress(bytes, counter.rows - reported);
  const { cube, rows, notes } = counter;
  return { cube, source: { name: file.name, sha256, rows }, notes };
}

/** A text that was found in a folder and has none of the columns, such as a README.txt, is no part of the history. */
async function readUnlessForeign(file: InputFile, notes: Notes, reading: Reading): Promise<string> {
  try {
    return await readSource(file, reading);
  } catch (error) {
    if (
      file.named ||
      !/\.txt$/i.test(file.name) ||
      !(error instanceof Error) ||
      !(error.cause instanceof NoHistory)
    )
      throw error;
    notes.passedOver = error.cause.message;
    return await hashFile(file);
  }
}
