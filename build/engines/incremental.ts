import type { Source } from '../../src/core/artifact/artifact.ts';
import { Cube, qualityOf } from '../../src/core/cube/cube.ts';
import { DataError } from '../../src/core/errors.ts';
import type { InputFile } from '../read/file.ts';
import { CubeCache } from './cache/cube-cache.ts';
import type { Counted, Engine, Job } from './engine.ts';

export interface IncrementalOptions {
  /** Where cubes are kept. */
  folder: string;
  /** Told, in a sentence, why cubes cannot be kept; the build goes on. Without it the build ends. */
  warn?: (sentence: string) => void;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/**
 * @param engine reads files one by one
 * @returns an engine that has the same result, and has the other one read only files whose cubes it does not have.
 *   What is rejected is in no cube: when somebody wants it, all files are read. It throws a DataError where cubes
 *   cannot be kept and nobody is warned of that.
 */
export function incremental(engine: Engine, options: IncrementalOptions): Engine {
  const { folder, warn, clock = Date.now } = options;
  const told = (trouble: string | null) => {
    if (trouble === null) return;
    if (warn === undefined) throw notKept(folder, trouble);
    warn(`no cubes are kept for the next build, which will read all files: ${trouble}`);
  };
  return async function incremental(job) {
    const cache = new CubeCache(folder, job.config.columns, job.layout, clock);
    const build = new IncrementalBuild(job, cache);
    try {
      const missing = await build.useKept();
      // Said before hours of reading rather than after them.
      if (missing.length > 0 && warn === undefined) told(await cache.trouble());
      if (missing.length > 0) await build.read(engine, missing);
    } catch (error) {
      // What was read is kept; that it cannot be is the lesser trouble.
      await cache.end();
      throw error;
    }
    const counted = build.result();
    told(await cache.end());
    return counted;
  };
}

function notKept(folder: string, trouble: string): DataError {
  return new DataError(
    `${folder}: expected a cache folder that can be written, and nothing is published: ${trouble}. ` +
      'Clear what is in its way or make it writable, name another one with --cache, or build without --incremental',
  );
}

class IncrementalBuild {
  readonly #job: Job;
  readonly #cache: CubeCache;
  readonly #cube: Cube;
  readonly #sources = new Map<InputFile, Source>();
  /** Inputs whose cubes came in one sum. */
  #summed = 0;

  constructor(job: Job, cache: CubeCache) {
    this.#job = job;
    this.#cache = cache;
    this.#cube = new Cube(job.layout);
  }

  /** Adds the cubes that are kept. @returns the files that have none */
  async useKept(): Promise<InputFile[]> {
    const { inputs, rejects } = this.#job;
    if (rejects !== null) return [...inputs];
    const hashes = new Map<InputFile, string>();
    for (const file of inputs) {
      const hash = await this.#cache.hashOf(file.path);
      if (hash !== null) hashes.set(file, hash);
    }
    this.#useSum(hashes);
    for (const [file, hash] of hashes) {
      const cube = this.#sources.has(file) ? null : this.#cache.cubeOf(hash);
      if (cube === null) continue;
      this.#cube.merge(cube);
      this.#note(file, hash, qualityOf(cube.countries.values()).rows_read);
    }
    return inputs.filter((file) => !this.#sources.has(file));
  }

  /** Adds the cubes of the last build at once, where all its inputs are still there. */
  #useSum(hashes: ReadonlyMap<InputFile, string>): void {
    const sum = this.#cache.sum();
    if (sum === null) return;
    const files = Map.groupBy(hashes.keys(), (file) => hashes.get(file) ?? '');
    const found = sum.members.map(([hash, rows]) => ({ hash, rows, file: files.get(hash)?.pop() }));
    if (found.some(({ file }) => file === undefined)) return;
    this.#cube.merge(sum.cube);
    for (const { file, hash, rows } of found) if (file) this.#note(file, hash, rows);
    this.#summed = found.length;
  }

  #note(file: InputFile, sha256: string, rows: number): void {
    this.#sources.set(file, { name: file.name, sha256, rows });
    this.#job.onProgress(file.size, rows);
  }

  /** Has an engine read files, and keeps their cubes. */
  async read(engine: Engine, files: readonly InputFile[]): Promise<void> {
    const before = new Map(files.map((file) => [file, this.#cache.identify(file.path)]));
    const { cube } = await engine({
      ...this.#job,
      inputs: files,
      onFile: (file, counts, source) => {
        this.#sources.set(file, source);
        this.#cache.keep(file.path, before.get(file) ?? null, source.sha256, counts);
      },
    });
    this.#cube.merge(cube);
  }

  result(): Counted {
    const sources = this.#job.inputs.flatMap((file) => this.#sources.get(file) ?? []);
    if (sources.length !== this.#summed) {
      this.#cache.keepSum({ members: sources.map(({ sha256, rows }) => [sha256, rows]), cube: this.#cube });
    }
    return { cube: this.#cube, sources };
  }
}
