import type { Source } from '../../src/core/artifact/artifact.ts';
import type { Cube } from '../../src/core/cube/cube.ts';
import type { InputFile } from '../read/file.ts';
import { readSource } from '../read/source.ts';
import type { Job } from './engine.ts';
import { RowCounter } from './row-counter.ts';

/** Reads one file to the cube of its rows. */
export async function countFile(
  file: InputFile,
  { config, layout, rejects, onProgress }: Omit<Job, 'inputs'>,
): Promise<{ cube: Cube; source: Source }> {
  const counter = new RowCounter(layout, file.name, rejects);
  let reported = 0;
  let bytes = 0;
  const sha256 = await readSource(file, {
    columns: config.columns,
    onRow: counter.onRow,
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
  return { cube: counter.cube, source: { name: file.name, sha256, rows: counter.rows } };
}
