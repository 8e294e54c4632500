import type { Source } from '../../src/core/artifact.ts';
import { clean, emptyAssignment } from '../../src/core/clean.ts';
import { Cube } from '../../src/core/cube.ts';
import type { InputFile } from '../sources/file.ts';
import { readSource } from '../sources/source.ts';
import type { Job } from './engine.ts';

/** Reads one file to the cube of its rows. */
export async function countFile(
  file: InputFile,
  { config, layout, rejects, onProgress }: Omit<Job, 'inputs'>,
): Promise<{ cube: Cube; source: Source }> {
  const cube = new Cube(layout);
  const assignment = emptyAssignment();
  let rows = 0;
  let reported = 0;
  let bytes = 0;
  const sha256 = await readSource(file, {
    columns: config.columns,
    onRow(row, line) {
      rows++;
      const reason = clean(row, assignment);
      if (reason === null) {
        cube.add(assignment);
        return;
      }
      cube.drop(assignment.country, reason);
      rejects?.write({ file: file.name, line, reason, row, malformed: null });
    },
    onMalformed(fields, line) {
      rows++;
      cube.drop('', 'malformed_row');
      rejects?.write({ file: file.name, line, reason: 'malformed_row', row: null, malformed: fields });
    },
    onBytes(read) {
      bytes += read;
    },
    async onBatch() {
      onProgress(bytes, rows - reported);
      reported = rows;
      bytes = 0;
      await rejects?.drained();
    },
  });
  onProgress(bytes, rows - reported);
  return { cube, source: { name: file.name, sha256, rows } };
}
