import { Cube } from '../../src/core/cube/cube.ts';
import { countFile } from './count-file.ts';
import { type Counted, type Job, reportOf } from './engine.ts';

/** Reads one file after the other in this thread, each to a cube of its own, and adds these up. */
export async function stream(job: Job): Promise<Counted> {
  const total: Counted = { cube: new Cube(job.layout), sources: [], reports: [] };
  for (const file of job.inputs) {
    const counted = await countFile(file, job);
    job.onFile?.(file, counted);
    total.cube.merge(counted.cube);
    total.sources.push(counted.source);
    total.reports.push(reportOf(counted));
  }
  return total;
}
