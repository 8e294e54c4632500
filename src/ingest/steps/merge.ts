import { Cube, cubeLayout } from '../../core/cube/cube.ts';
import { MOST_CELLS_AT_EDGE } from '../count.ts';
import { type KeptCube, keepCube, keptCube } from '../cubes.ts';
import { readManifest } from '../manifest.ts';
import { RUNS } from '../names.ts';
import { type Refusable, refusable } from '../refusable.ts';
import type { RunContext } from '../run-context.ts';

/** Cubes that one step adds up: few enough for its time and its subrequests. */
export const CUBES_A_STEP = 250;

/** @returns the key of the sum of the first `steps` × CUBES_A_STEP cubes. Each has its own: adding twice would count twice */
export function sumKey(run: string, steps: number): string {
  return `${RUNS}${run}/sum-${steps}.json`;
}

/** Adds the next cubes to the sum of those before, one after the other, so that no more than two are in memory. */
export function merge(context: RunContext, index: number): Promise<Refusable<object>> {
  const { bucket, id, config } = context;
  const layout = cubeLayout(config);
  return refusable(async () => {
    const sum: KeptCube = { cube: new Cube(layout, MOST_CELLS_AT_EDGE), sources: [], reports: [] };
    if (index > 0) {
      const before = await keptCube(bucket, sumKey(id, index), layout);
      sum.cube.merge(before.cube);
      sum.sources.push(...before.sources);
      sum.reports.push(...before.reports);
    }
    const taken = await readManifest(context, 'taken');
    for (const { cube: key } of taken.slice(index * CUBES_A_STEP, (index + 1) * CUBES_A_STEP)) {
      const { cube, sources, reports } = await keptCube(bucket, key, layout);
      sum.cube.merge(cube);
      sum.sources.push(...sources);
      sum.reports.push(...reports);
    }
    await keepCube(bucket, sumKey(id, index + 1), sum);
    return {};
  });
}
