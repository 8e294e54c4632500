import type { Source } from '../../src/core/artifact/artifact.ts';
import { Cube } from '../../src/core/cube/cube.ts';
import { type FileReport, fileReport } from '../../src/core/cube/file-report.ts';
import { DataError } from '../../src/core/errors.ts';
import type { InputFile } from '../read/file.ts';
import { CubeCache, type Sum } from './cache/cube-cache.ts';
import { type Counted, type Engine, type Job, reportOf } from './engine.ts';

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
  readonly #cube: Cube;
  readonly #read = new Map<InputFile, { source: Source; report: FileReport }>();
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
      // Its rows have values that are not in it.
      if (file.folders !== undefined) continue;
      const hash = await this.#cache.hashOf(file);
      if (hash !== null) hashes.set(file, hash);
    }
    this.#useSum(hashes);
    for (const [file, hash] of hashes) {
      const kept = this.#read.has(file) ? null : this.#cache.cubeOf(hash);
      if (kept === null) continue;
      this.#cube.merge(kept.cube);
      this.#note(file, [hash, fileReport(file.name, kept.cube, kept.notes)]);
    }
    return inputs.filter((file) => !this.#read.has(file));
  }

  /** Adds the cubes of the last build at once, where all its inputs are still there. */
  #useSum(hashes: ReadonlyMap<InputFile, string>): void {
    const sum = this.#cache.sum();
    if (sum === null) return;
    const files = Map.groupBy(hashes.keys(), (file) => hashes.get(file) ?? '');
    const found = sum.members.map((member) => ({ member, file: files.get(member[0])?.pop() }));
    if (found.some(({ file }) => file === undefined)) return;
    this.#cube.merge(sum.cube);
    for (const { file, member } of found) if (file) this.#note(file, member);
    this.#summed = found.length;
  }

  #note(file: InputFile, [sha256, report]: Sum['members'][number]): void {
    const { name, size } = file;
    // The same content may have had another name.
    const { rows } = report;
    this.#read.set(file, { source: { name, sha256, rows }, report: { ...report, file: name } });
    this.#job.onProgress(size, rows);
  }

  /** Has an engine read files, and keeps their cubes. */
  async read(engine: Engine, files: readonly InputFile[]): Promise<void> {
    const before = new Map(files.map((file) => [file, this.#cache.identify(file)]));
    const { cube } = await engine({
      ...this.#job,
      inputs: files,
      onFile: (file, counted) => {
        this.#read.set(file, { source: counted.source, report: reportOf(counted) });
        if (file.folders === undefined) this.#cache.keep(file, before.get(file) ?? null, counted);
      },
    });
    this.#cube.merge(cube);
  }

  result(): Counted {
    const read = this.#job.inputs.flatMap((file) => this.#read.get(file) ?? []);
    const plain = this.#job.inputs.every(({ folders }) => folders === undefined);
    if (plain && read.length !== this.#summed) {
      const members = read.map(({ source, report }): Sum['members'][number] => [source.sha256, report]);
      this.#cache.keepSum({ members, cube: this.#cube });
    }
    return {
      cube: this.#cube,
      sources: read.map(({ source }) => source),
      reports: read.map(({ report }) => report),
    };
  }
}
