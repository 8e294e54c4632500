import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import type { Config } from '../../src/core/config/config.ts';
import { qualityOf } from '../../src/core/cube/cube.ts';
import { DataError } from '../../src/core/errors.ts';
import { historyWarnings } from '../../src/core/estimate/warnings.ts';
import type { Engine } from '../engines/engine.ts';
import { writeArtifact } from '../files/artifact-files.ts';
import { requireSound } from '../history/count-history.ts';
import type { InputFile } from '../read/file.ts';
import { noteStates } from '../read/identity.ts';
import { staleSources } from '../report/stale.ts';

interface Rebuilding {
  config: Config;
  engine: Engine;
  out: string;
  /** Milliseconds since the epoch. */
  clock?: () => number;
}

/** An artifact that was built. */
export interface Built {
  version: string;
  path: string;
  rows_read: number;
  rows_kept: number;
  /** What a build says of the history, in sentences. */
  warnings: string[];
}

/**
 * Builds the artifact of some files.
 *
 * @throws InputError for a file that cannot be read. @throws DataError for a history that nothing can be made of. Both
 *   leave the last artifact
 */
export async function rebuild(
  files: readonly InputFile[],
  { config, engine, out, clock = Date.now }: Rebuilding,
): Promise<Built> {
  if (files.length === 0) throw new DataError('there are no data files');
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
  return { version: artifact.version, path, rows_read, rows_kept, warnings };
}
