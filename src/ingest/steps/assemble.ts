import { assembleArtifact } from '../../core/artifact/assemble.ts';
import { cubeLayout, qualityOf } from '../../core/cube/cube.ts';
import { DataError } from '../../core/errors.ts';
import { reasonOf, unreadableObjections } from '../../core/estimate/readable.ts';
import { keptCube } from '../cubes.ts';
import { artifactKey } from '../publish-run.ts';
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
    const { cube, sources, reports } = await keptCube(bucket, sumKey(id, steps), cubeLayout(config));
    const { rows_read, rows_kept } = qualityOf(cube.countries.values());
    if (rows_kept === 0) {
      const [why = ''] = reports.map((report) => reasonOf(report, config)).filter((reason) => reason !== '');
      throw new DataError(`expected rows to learn from, kept none of ${rows_read}: what is live stays${why}`);
    }
    const objections = unreadableObjections(cube, reports, config);
    if (objections.length > 0) throw new DataError(objections.join('. '));
    const { artifact, text } = await assembleArtifact(cube, sources, config);
    await bucket.put(artifactKey(id), text);
    return { version: artifact.version, rows_read, rows_kept };
  });
}
