import { Cube, cubeLayout } from '../../src/core/cube/cube.ts';
import { RowCounter } from '../../src/core/cube/row-counter.ts';
import { hashFile } from '../read/bytes.ts';
import type { InputFile } from '../read/file.ts';
import { readHistory } from '../read/source.ts';
import type { CountedFile, Job } from './engine.ts';
import { PlainRows } from './plain/plain-rows.ts';

/** Reads one file to the cube of its rows. */
export async function countFile(
  file: InputFile,
  { config, rejects, onProgress }: Omit<Job, 'inputs'>,
): Promise<CountedFile> {
  const counter = new RowCounter(
    config,
    new Cube(cubeLayout(config)),
    rejects && ((dropped) => rejects.write({ file: file.name, ...dropped })),
  );
  const plain = new PlainRows(config, counter, { dropped: rejects === null, bytes: file.size });
  let reported = 0;
  let bytes = 0;
  const read = await readHistory(file, counter.notes, {
    ...counter,
    plainLines: plain.of,
    onBytes(count) {
      bytes += count;
    },
    async onBatch() {
      onProgress(bytes, counter.rows - reported);
      reported = counter.rows;
      bytes = 0;
      await rejects?.drained();
    },
  });
  plain.end();
  onProgress(bytes, counter.rows - reported);
  const { cube, notes } = counter;
  return { cube, sha256: read ?? (await hashFile(file)), notes };
}
