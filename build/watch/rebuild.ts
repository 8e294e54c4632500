import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import type { Config } from '../../src/core/config/config.ts';
import { qualityOf } from '../../src/core/cube/cube.ts';
import { DataError, messageOf } from '../../src/core/errors.ts';
import { historyWarnings } from '../../src/core/estimate/warnings.ts';
import type { Engine } from '../engines/engine.ts';
import { writeArtifact } from '../files/artifact-files.ts';
import { requireSound } from '../history/count-history.ts';
import { InputError, type InputFile } from '../read/file.ts';
import { noteStates } from '../read/unchanged.ts';
import { staleSources } from '../report/stale.ts';

interface Rebuilding {
  config: Config;
  engine: Engine;
  out: string;
  /** Milliseconds since the epoch. */
  clock?: () => number;
}

/** The result of a build: an artifact, a file that cannot be read, or another failure, which leaves the last artifact. */
export type Rebuilt =
  | {
      done: 'built';
      version: string;
      path: string;
      rows_read: number;
      rows_kept: number;
      /** What a build says of the history, in sentences. */
      warnings: string[];
    }
  | { done: 'bad_file'; file: InputFile; reason: string }
  | { done: 'file_gone' }
  | { done: 'kept'; reason: string };

/** Builds the artifact of some files. */
export async function rebuild(
  files: readonly InputFile[],
  { config, engine, out, clock = Date.now }: Rebuilding,
): Promise<Rebuilt> {
  if (files.length === 0) return { done: 'kept', reason: 'there are no data files' };
  try {
    const requireUnchanged = noteStates(files);
    const counted = await engine({ config, inputs: files, rejects: null, onProgress() {} });
    requireUnchanged();
    requireSound(counted, config);
    const { rows_read, rows_kept } = qualityOf(counted.cube.countries.values());
    const artifact = await assembleArtifact(counted.cube, counted.sources, config);
    const path = await writeArtifact(out, artifact);
    const warnings = [
      ...historyWarnings(counted.cube, config, counted),
      ...staleSources(artifact, config, clock()),
    ];
    return { done: 'built', version: artifact.version, path, rows_read, rows_kept, warnings };
  } catch (error) {
    return notBuilt(error, files);
  }
}

function notBuilt(error: unknown, files: readonly InputFile[]): Rebuilt {
  const reason = messageOf(error);
  if (error instanceof InputError) {
    const file = files.find(({ path }) => path === error.path);
    if (file && error.content) return { done: 'bad_file', file, reason };
    if (error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ENOENT') {
      return { done: 'file_gone' };
    }
  }
  return {
    done: 'kept',
    reason: error instanceof DataError ? reason : `this should not have happened: ${reason}`,
  };
}
