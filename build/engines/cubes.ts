import { Cube } from '../../src/core/cube/cube.ts';
import { DataError } from '../../src/core/errors.ts';
import type { Counted, Engine } from './engine.ts';

/**
 * @param paths the results of SELECTs that `--emit-sql` printed
 * @returns an engine that adds their cubes to that of the inputs, which there need not be any of
 */
export function withCubes(engine: Engine, paths: readonly string[]): Engine {
  if (paths.length === 0) return engine;
  return async function cubes(job) {
    if (job.rejects !== null) throw new DataError(NO_REJECTS);
    const total: Counted =
      job.inputs.length > 0 ? await engine(job) : { cube: new Cube(job.layout), sources: [], reports: [] };
    const { readCubeFile } = await import('./sql/cube-file.ts');
    for (const path of paths) {
      const { cube, rows, source } = await readCubeFile(path, job.config);
      total.cube.merge(cube);
      total.sources.push(source);
      job.onProgress(0, rows);
    }
    return total;
  };
}

const NO_REJECTS =
  '--rejects cannot be written with --cube: a cube holds counts, not rows. Every reason is counted in the summary';
