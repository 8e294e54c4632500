import { assembleArtifact } from '../../core/artifact/assemble.ts';
import { cubeLayout, qualityOf } from '../../core/cube/cube.ts';
import { DataError } from '../../core/errors.ts';
import { keptCube } from '../cubes.ts';
import { madeKey } from '../publish-run.ts';
import { type Refusable, refusable } from '../refusable.ts';
import type { RunContext } from '../run-context.ts';
import { sumKey } from './merge.ts';

export interface Assembled {
  version: string;
  rows_read: number;
  rows_kept: number;
}

/** Makes the artifact of the sum of all cubes, and puts it down for publishing. @param steps of which the sum is */
export function assemble(context: RunContext, steps: number): Promise<Refusable<Assembled>> {
  const { bucket, config, id } = context;
  return refusable(async () => {
    const { cube, sources } = await keptCube(bucket, sumKey(id, steps), cubeLayout(config));
    const { rows_read, rows_kept } = qualityOf(cube.countries.values());
    if (rows_kept === 0) {
      throw new DataError(`expected rows to learn from, kept none of ${rows_read}: what is live stays`);
    }
    const { version, texts } = await assembleArtifact(cube, sources, config);
    await bucket.put(madeKey(id, 'statistics'), texts.statistics);
    await bucket.put(madeKey(id, 'table'), texts.table);
    return { version, rows_read, rows_kept };
  });
}
