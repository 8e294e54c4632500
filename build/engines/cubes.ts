import { DataError } from '../../src/core/errors.ts';
import { UsageError } from '../cli/options.ts';
import { isStdin } from '../read/remote/address.ts';
import { type Engine, Total } from './engine.ts';

/**
 * @param paths the results of SELECTs that `--emit-sql` printed: files, addresses, or `-` for standard input
 * @returns an engine that adds their cubes to that of the inputs, which there need not be any of
 */
export function withCubes(engine: Engine, paths: readonly string[]): Engine {
  if (paths.length === 0) return engine;
  return async function cubes(job) {
    if (job.rejects !== null) throw new DataError(NO_REJECTS);
    const read = [...job.inputs.map(({ path }) => path), ...paths];
    if (read.filter(isStdin).length > 1) throw new UsageError(ONE_STDIN);
    const counted = job.inputs.length > 0 ? await engine(job) : new Total(job).counted();
    const { readCubeFile } = await import('./sql/cube-file.ts');
    for (const path of paths) {
      const { cube, source } = await readCubeFile(path, job.config);
      job.onProgress(0, source.rows);
      counted.cube.merge(cube);
      counted.sources.push(source);
    }
    return counted;
  };
}

const ONE_STDIN = 'standard input can be read once: pass - to one --input or one --cube alone';
const NO_REJECTS =
  '--rejects cannot be written with --cube: a cube holds counts, not rows. Every reason is counted in the summary';
