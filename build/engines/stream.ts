import { Cube } from '../../src/core/cube/cube.ts';
import { countFile } from './count-file.ts';
import type { Counted, Job } from './engine.ts';

/** Reads one file after the other in this thread, each to a cube of its own, and adds these up. */
export async function stream(job: Job): Promise<Counted> {
  const total: Counted = { cube: new Cube(job.layout), sources: [] };
  for (const file of job.inputs) {
    const { cube, source } = await countFile(file, job);
    job.onFile?.(file, cube, source);
    total.cube.merge(cube);
    total.sources.push(source);
  }
  return total;
}
