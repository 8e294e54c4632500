import { DataError } from '../../src/core/errors.ts';
import type { InputFile } from '../read/file.ts';
import { CubeCache, SUM } from './cache/cube-cache.ts';
import { type Engine, type Job, Total } from './engine.ts';

interface IncrementalOptions {
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
    const cache = new CubeCache(folder, job.config, clock);
    const total = new Total(job);
    try {
      const summed = await useKept(job, cache, total);
      const missing = total.missing();
      // Said before hours of reading rather than after them.
      if (missing.length > 0 && warn === undefined) told(await cache.trouble());
      const before = new Map(missing.map((file) => [file, cache.identify(file)]));
      await total.read(missing, engine, (file, { cube }) => {
        const facts = total.facts.get(file);
        if (facts && isWhole(file)) cache.keepFile(file, before.get(file) ?? null, facts, cube);
      });
      if (job.inputs.every(isWhole) && total.facts.size !== summed) {
        cache.keep(SUM, {
          files: job.inputs.flatMap((file) => total.facts.get(file) ?? []),
          cube: total.cube,
        });
      }
    } catch (error) {
      // What was read is kept; that it cannot be is the lesser trouble.
      await cache.end();
      throw error;
    }
    told(await cache.end());
    return total.counted();
  };
}

function notKept(folder: string, trouble: string): DataError {
  return new DataError(
    `${folder}: expected a cache folder that can be written, and nothing is published: ${trouble}. ` +
      'Clear what is in its way or make it writable, name another one with --cache, or build without --incremental',
  );
}

/** Adds the cubes that are kept. @returns how many files have come in the sum of the last build */
async function useKept(
  { inputs, rejects, onProgress }: Job,
  cache: CubeCache,
  total: Total,
): Promise<number> {
  if (rejects !== null) return 0;
  const hashes = new Map<InputFile, string>();
  for (const file of inputs.filter(isWhole)) {
    const hash = await cache.hashOf(file);
    if (hash !== null) hashes.set(file, hash);
  }
  const byHash = () => Map.groupBy(hashes.keys(), (file) => hashes.get(file) ?? '');
  const others = byHash();
  const left = use(SUM, others) ? others : byHash();
  const summed = total.facts.size;
  for (const [hash, files] of left) while (files.length > 0 && use(hash, left));
  return summed;

  /** Takes from the files of each hash those that are kept under a name. @returns whether all of them are there */
  function use(name: string, files: ReadonlyMap<string, InputFile[]>): boolean {
    const kept = cache.find(name);
    const found = kept?.files.map((facts) => ({ facts, file: files.get(facts.sha256)?.pop() })) ?? [];
    if (kept === null || found.some(({ file }) => file === undefined)) return false;
    total.cube.merge(kept.cube);
    for (const { file, facts } of found) {
      if (file === undefined) continue;
      // The same content may have had another name.
      const report = { ...facts.report, file: file.name };
      total.facts.set(file, { ...facts, report });
      onProgress(file.size, report.rows);
    }
    return true;
  }
}

/** Whether all values of its rows are in the file itself, and none in the names of its folders. */
function isWhole({ folders }: InputFile): boolean {
  return folders === undefined;
}
