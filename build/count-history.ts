import type { Config } from '../src/core/config.ts';
import { cubeLayout, qualityOf } from '../src/core/cube.ts';
import { DataError } from '../src/core/errors.ts';
import { integer } from './cli/format.ts';
import { UsageError } from './cli/options.ts';
import { Progress } from './cli/progress.ts';
import type { Terminal } from './cli/terminal.ts';
import { type Counted, ENGINES, type Engine } from './engines/engine.ts';
import { RejectsFile } from './output/rejects.ts';
import { dropList } from './report/summary.ts';
import type { InputFile } from './sources/file.ts';
import { expandInputs } from './sources/inputs.ts';

/** @returns the engine of that name @throws UsageError when there is none */
export function engineNamed(name: string): Engine {
  const engine = Object.hasOwn(ENGINES, name) ? ENGINES[name] : undefined;
  if (engine) return engine;
  throw new UsageError(
    `expected an engine (${Object.keys(ENGINES).join(', ')}), got ${JSON.stringify(name)}`,
  );
}

/** @returns the files that --input names, or else the config @throws UsageError when neither does */
export async function inputsOf(
  given: readonly string[],
  config: Config,
  rejects: string | undefined,
): Promise<InputFile[]> {
  const patterns = given.length > 0 ? given : config.inputs;
  if (patterns.length === 0) throw new UsageError('expected --input, or `inputs` in the config, got neither');
  return await expandInputs(patterns, rejects);
}

/** Has the engine count all rows; what it rejects is written, and stays, even when no row is kept. */
export async function countHistory(
  engine: Engine,
  config: Config,
  inputs: readonly InputFile[],
  path: string | undefined,
  terminal: Terminal,
): Promise<Counted> {
  const progress = new Progress(terminal, totalSize(inputs));
  const rejects = path === undefined ? null : await RejectsFile.open(path, config.columns);
  try {
    const job = { config, layout: cubeLayout(config), inputs, rejects };
    const counted = await engine({ ...job, onProgress: (bytes, rows) => progress.advance(bytes, rows) });
    await rejects?.commit();
    return refuseEmpty(counted);
  } finally {
    progress.end();
    await rejects?.discard();
  }
}

/** Bytes of all inputs; 0, for not known, where one is a pipe. */
function totalSize(inputs: readonly InputFile[]): number {
  const sizes = inputs.map(({ size }) => size);
  return sizes.includes(0) ? 0 : sizes.reduce((sum, size) => sum + size, 0);
}

/** Passes on what was counted. @throws DataError when no row is kept: nothing can be made of that */
export function refuseEmpty(counted: Counted): Counted {
  const { cube, sources } = counted;
  const quality = qualityOf(cube.countries.values());
  if (quality.rows_kept > 0) return counted;
  const names = sources.length === 1 ? (sources[0]?.name ?? '') : `the ${sources.length} inputs`;
  if (quality.rows_read === 0) throw new DataError(`${names}: expected rows, found a header and no row`);
  throw new DataError(`${names}: no row is kept of ${integer(quality.rows_read)} read: ${dropList(quality)}`);
}
