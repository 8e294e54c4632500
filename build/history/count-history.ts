import type { Config } from '../../src/core/config/config.ts';
import { qualityOf } from '../../src/core/cube/cube.ts';
import { DataError } from '../../src/core/errors.ts';
import { unreadableObjections, whyLost } from '../../src/core/estimate/readable.ts';
import type { Read } from '../../src/core/estimate/warnings.ts';
import { dropList } from '../../src/core/history/clean.ts';
import { readable } from '../../src/core/words.ts';
import { Progress } from '../cli/progress.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Counted, Engine, RejectSink } from '../engines/engine.ts';
import type { InputFile } from '../read/file.ts';
import { noteStates } from '../read/identity.ts';
import type { Examples } from './examples.ts';

/**
 * Has the engine count all rows; what it rejects is written, and stays, even when no row is kept.
 *
 * @param examples gets every row that is rejected
 */
export async function countHistory(
  engine: Engine,
  config: Config,
  inputs: readonly InputFile[],
  path: string | undefined,
  terminal: Terminal,
  examples: Examples | null = null,
): Promise<Counted> {
  const progress = new Progress(terminal, totalSize(inputs));
  // Loaded when it is asked for, as is all that a build can do without.
  await using rejects =
    path === undefined ? null : await (await import('./rejects.ts')).openRejects(path, config.columns);
  const sink: RejectSink | null = examples && {
    write(reject) {
      examples.write(reject);
      rejects?.write(reject);
    },
    drained: async () => rejects?.drained(),
  };
  const requireUnchanged = noteStates(inputs);
  const onProgress = (bytes: number, rows: number) => progress.advance(bytes, rows);
  const counted = await engine({ config, inputs, rejects: sink ?? rejects, onProgress }).finally(() =>
    progress.end(),
  );
  requireUnchanged();
  await rejects?.commit();
  return requireSound(counted, config);
}

/** @throws DataError for inputs without a row */
export function requireRows({ cube, sources, reports }: Read & Pick<Counted, 'cube'>): void {
  if (qualityOf(cube.countries.values()).rows_read > 0) return;
  const passedOver = reports.find(({ notes }) => notes.passedOver !== null);
  throw new DataError(
    passedOver?.notes.passedOver ?? `${namesOf(sources)}: expected rows, found a header and no row`,
  );
}

function namesOf(sources: Read['sources']): string {
  return sources.length === 1 ? (sources[0]?.name ?? '') : `the ${sources.length} inputs`;
}

/** @returns bytes of all inputs; 0, for not known, where one is a pipe */
export function totalSize(inputs: readonly InputFile[]): number {
  const sizes = inputs.map(({ size }) => size);
  return sizes.includes(0) ? 0 : sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Passes on what was counted.
 *
 * @throws DataError when nothing may be made of it: no row is kept, or too much of what is there cannot be read
 */
export function requireSound(counted: Counted, config: Config): Counted {
  const { cube, sources, reports } = counted;
  const quality = qualityOf(cube.countries.values());
  if (quality.rows_kept === 0) {
    requireRows(counted);
    const names = namesOf(sources);
    const why = whyLost(reports, config);
    throw new DataError(
      `${names}: no row is kept of ${readable(quality.rows_read)} read: ${dropList(quality.dropped)}${why ? `: ${why}` : ''}`,
    );
  }
  const objections = unreadableObjections(cube, reports, config);
  if (objections.length > 0) throw new DataError(objections.join('. '));
  return counted;
}
