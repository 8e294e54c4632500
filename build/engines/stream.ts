import { countFile } from './count-file.ts';
import { type Counted, type Job, Total } from './engine.ts';

/** Reads one file after the other in this thread, each to a cube of its own, and adds these up. */
export async function stream(job: Job): Promise<Counted> {
  const total = new Total(job);
  for (const file of job.inputs) total.add(file, await countFile(file, job));
  return total.counted();
}
