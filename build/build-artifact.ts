import { join } from 'node:path';
import { assembleArtifact } from '../src/core/assemble.ts';
import { estimate } from '../src/core/estimate.ts';
import { type Command, EXIT_DONE, run } from './cli/command.ts';
import { UsageError } from './cli/options.ts';
import type { Terminal } from './cli/terminal.ts';
import { DEFAULT_CONFIG, readConfig } from './config-file.ts';
import { countHistory, engineNamed, inputsOf } from './count-history.ts';
import { DEFAULT_ENGINE, ENGINES, type Engine, READS_FILES } from './engines/engine.ts';
import { incremental } from './engines/incremental.ts';
import { writeArtifact } from './output/artifact-files.ts';
import { findingsOf } from './report/findings.ts';
import { summary } from './report/summary.ts';
import type { InputFile } from './sources/file.ts';
import { realPath } from './sources/inputs.ts';

/** Where --incremental keeps its cubes. */
export const DEFAULT_CACHE = '.cache/cubes';

const options = {
  input: {
    value: 'FILE|FOLDER|GLOB',
    multiple: true,
    description: 'CSV or Parquet to read; may be repeated (default: `inputs` of the config)',
  },
  config: { value: 'FILE', description: `Bands, columns and rules (default: ${DEFAULT_CONFIG})` },
  out: {
    value: 'FOLDER',
    description: 'Where VERSION.json and current.json are written (default: artifacts)',
  },
  rejects: { value: 'FILE', description: 'Write each dropped row, with file, line and reason, as CSV' },
  engine: {
    value: 'NAME',
    description: `What reads the history: ${Object.keys(ENGINES).join(', ')} (default: ${DEFAULT_ENGINE})`,
  },
  incremental: { description: 'Read only files that are new or changed since the last such build' },
  cache: {
    value: 'FOLDER',
    description: `Where --incremental keeps what files came to (default: ${DEFAULT_CACHE})`,
  },
  json: { description: 'Write one JSON object to standard output, words to standard error' },
} as const;

export const buildArtifact: Command<typeof options> = {
  name: 'npm run build:artifact --',
  summary:
    'Cleans a history of vouchers, says what it did to every row, and writes the artifact that the service answers from.',
  options,
  meant: 'input',
  examples: [
    { args: '', does: 'build from the inputs that the config names' },
    { args: '--input export.parquet', does: 'build from a file' },
    {
      args: "--input history/ --input 'more/2024-*.csv.gz' --rejects rejects.csv",
      does: 'build from a folder and a glob, and keep what is dropped',
    },
    { args: '--input history/ --incremental', does: 'build again when a file was added to a folder' },
    { args: '--input export.csv --out out --json', does: 'build for a program' },
  ],
  async run(values, terminal) {
    const started = performance.now();
    const engine = engineOf(values, terminal);
    const folder = values.out ?? 'artifacts';
    const config = await readConfig(values.config ?? DEFAULT_CONFIG);
    const inputs = await inputsOf(values.input, config, values.rejects);
    await refuseOverwriting(inputs, folder, values.rejects);

    const { cube, sources } = await countHistory(engine, config, inputs, values.rejects, terminal);
    const countries = estimate(cube, config);
    const findings = findingsOf(cube, config, countries, sources);
    const text = summary(findings, config, sources.length, performance.now() - started);
    if (values.json) terminal.err(text);
    else terminal.out(text);
    for (const warning of findings.warnings) terminal.err(`${terminal.yellow('warning:')} ${warning}\n`);

    const artifact = await assembleArtifact(cube, sources, config, countries);
    const path = await writeArtifact(folder, artifact);
    if (values.json) {
      const { version, data } = artifact;
      terminal.out(
        `${JSON.stringify({ version, path, ...findings, data, sources, rejects: values.rejects ?? null })}\n`,
      );
    } else {
      terminal.out(`\nWrote ${path} and ${join(folder, 'current.json')}\n`);
    }
    return EXIT_DONE;
  },
};

function engineOf(
  {
    engine: name = DEFAULT_ENGINE,
    ...values
  }: { engine?: string | undefined; incremental: boolean; cache?: string | undefined },
  terminal: Terminal,
): Engine {
  const engine = engineNamed(name);
  if (!values.incremental) {
    if (values.cache === undefined) return engine;
    throw new UsageError('expected --incremental with --cache, got --cache alone');
  }
  if (!READS_FILES.has(name)) {
    throw new UsageError(
      `expected --incremental with an engine that reads files (${[...READS_FILES].join(', ')})`,
    );
  }
  return incremental(engine, {
    folder: values.cache ?? DEFAULT_CACHE,
    warn: (sentence) => terminal.err(`${terminal.yellow('warning:')} ${sentence}\n`),
  });
}

async function refuseOverwriting(
  inputs: readonly InputFile[],
  folder: string,
  rejects: string | undefined,
): Promise<void> {
  const current = await realPath(join(folder, 'current.json'));
  const written = rejects === undefined ? null : await realPath(rejects);
  if (written === current) throw new UsageError('expected another file for --rejects than the artifact');
  for (const { path } of inputs) {
    const real = await realPath(path);
    if (real === written || real === current)
      throw new UsageError(`expected to read ${path}, not to write over it`);
  }
}

if (import.meta.main) await run(buildArtifact);
