import type { Source } from '../../src/core/artifact.ts';
import { Cube, qualityOf } from '../../src/core/cube.ts';
import { CubeCache } from '../cache/cube-cache.ts';
import type { InputFile } from '../sources/file.ts';
import type { Engine, Job } from './engine.ts';

export interface IncrementalOptions {
  /** Where cubes are kept. */
  folder: string;
  /** Told, in a sentence, why cubes cannot be kept. */
  warn: (sentence: string) => void;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/**
 * @param engine reads files one by one
 * @returns an engine that has the same result, and has the other one read only files whose cubes it does not have.
 *   What is rejected is in no cube: when somebody wants it, all files are read.
 */
export function incremental(engine: Engine, { folder, warn, clock = Date.now }: IncrementalOptions): Engine {
  return async function incremental(job) {
    const cache = new CubeCache(folder, job.config.columns, job.layout, clock);
    const total = new Cube(job.layout);
    const sources = new Map<InputFile, Source>();
    const missing: InputFile[] = [];
    for (const file of job.inputs) {
      const known = job.rejects === null ? await cache.find(file.path) : null;
      if (known === null) {
        missing.push(file);
        continue;
      }
      const { rows_read } = qualityOf(known.cube.countries.values());
      total.merge(known.cube);
      sources.set(file, { name: file.name, sha256: known.sha256, rows: rows_read });
      job.onProgress(file.size, rows_read);
    }
    try {
      if (missing.length > 0)
        total.merge(await readMissing(engine, { ...job, inputs: missing }, cache, sources));
    } finally {
      const trouble = await cache.end();
      if (trouble !== null)
        warn(`no cubes are kept for the next build, which will read all files: ${trouble}`);
    }
    return { cube: total, sources: job.inputs.flatMap((file) => sources.get(file) ?? []) };
  };
}

async function readMissing(
  engine: Engine,
  job: Job,
  cache: CubeCache,
  sources: Map<InputFile, Source>,
): Promise<Cube> {
  const before = new Map(job.inputs.map((file) => [file, cache.identify(file.path)]));
  const { cube } = await engine({
    ...job,
    onFile(file, counts, source) {
      sources.set(file, source);
      cache.keep(file.path, before.get(file) ?? null, source.sha256, counts);
    },
  });
  return cube;
}
