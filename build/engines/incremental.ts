import { fileReport } from '../../src/core/cube/file-report.ts';
import { DataError } from '../../src/core/errors.ts';
import type { InputFile } from '../read/file.ts';
import { CubeCache, type Sum } from './cache/cube-cache.ts';
import { type Counted, type Engine, type Job, Total } from './engine.ts';

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
 *   What is rejected is in no cube: when it is asked for, all files are read. It throws a DataError where cubes
 *   cannot be kept and there is nowhere to warn of it.
 */
export function incremental(engine: Engine, options: IncrementalOptions): Engine {
  const { folder, warn, clock = Date.now } = options;
  const told = (trouble: string | null) => {
    if (trouble === null) return;
    if (warn === undefined) throw notKept(folder, trouble);
    warn(`no cubes are kept for the next build, which will read all files: ${trouble}`);
  };
  return async function incremental(job) {
    const cache = new CubeCache(folder, job.config, job.layout, clock);
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
  readonly #total: Total;
  /** Inputs whose cubes came in one sum. */
  #summed = 0;

  constructor(job: Job, cache: CubeCache) {
    this.#job = job;
    this.#cache = cache;
    this.#total = new Total(job);
  }

  /** Adds the cubes that are kept. @returns the files that have none */
  async useKept(): Promise<InputFile[]> {
    const { inputs, rejects } = this.#job;
    if (rejects !== null) return [...inputs];
    const hashes = new Map<InputFile, string>();
    for (const file of inputs) {
      // Its rows have values that are not in it.
      if (file.folders !== undefined) continue;
      const hash = await this.#cache.hashOf(file);
      if (hash !== null) hashes.set(file, hash);
    }
    this.#useSum(hashes);
    const { cube, facts } = this.#total;
    for (const [file, hash] of hashes) {
      const kept = facts.has(file) ? null : this.#cache.cubeOf(hash);
      if (kept === null) continue;
      cube.merge(kept.cube);
      this.#note(file, [hash, fileReport(file.name, kept.cube, kept.notes)]);
    }
    return inputs.filter((file) => !facts.has(file));
  }

  /** Adds the cubes of the last build at once, where all its inputs are still there. */
  #useSum(hashes: ReadonlyMap<InputFile, string>): void {
    const sum = this.#cache.sum();
    if (sum === null) return;
    const files = Map.groupBy(hashes.keys(), (file) => hashes.get(file) ?? '');
    const found = sum.members.map((member) => ({ member, file: files.get(member[0])?.pop() }));
    if (found.some(({ file }) => file === undefined)) return;
    this.#total.cube.merge(sum.cube);
    for (const { file, member } of found) if (file) this.#note(file, member);
    this.#summed = found.length;
  }

  #note(file: InputFile, [sha256, report]: Sum['members'][number]): void {
    const { name, size } = file;
    // The same content may have had another name.
    const { rows } = report;
    this.#total.facts.set(file, { source: { name, sha256, rows }, report: { ...report, file: name } });
    this.#job.onProgress(size, rows);
  }

  /** Has an engine read files, and keeps their cubes. */
  async read(engine: Engine, files: readonly InputFile[]): Promise<void> {
    const before = new Map(files.map((file) => [file, this.#cache.identify(file)]));
    await engine({
      ...this.#job,
      inputs: files,
      onFile: (file, counted) => {
        this.#total.add(file, counted);
        if (file.folders === undefined) this.#cache.keep(file, before.get(file) ?? null, counted);
      },
    });
  }

  result(): Counted {
    const { inputs } = this.#job;
    const { cube, facts } = this.#total;
    if (inputs.every(({ folders }) => folders === undefined) && facts.size !== this.#summed) {
      const members = inputs
        .flatMap((file) => facts.get(file) ?? [])
        .map(({ source, report }): Sum['members'][number] => [source.sha256, report]);
      this.#cache.keepSum({ members, cube });
    }
    return this.#total.counted();
  }
}
