import { join } from 'node:path';
import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import { compileArtifact } from '../../src/core/decide/compile.ts';
import { defaultShares } from '../../src/core/decide/default-share.ts';
import { defaultWarning } from '../../src/core/decide/default-words.ts';
import { type Command, run } from '../cli/command.ts';
import { UsageError, type Values } from '../cli/options.ts';
import { refuseOverwriting, requireTextName } from '../cli/overwriting.ts';
import { withCubes } from '../engines/cubes.ts';
import { EMIT_SQL_OPTION, emitSql } from '../engines/emit-sql.ts';
import type { Engine } from '../engines/engine.ts';
import { writeArtifact } from '../files/artifact-files.ts';
import { requireWritable } from '../files/aside.ts';
import { CONFIG_OPTION, readConfig } from '../files/config-file.ts';
import { takeRemoved } from '../files/temporary.ts';
import { countHistory } from '../history/count-history.ts';
import { Examples } from '../history/examples.ts';
import { engineOf, HISTORY_OPTIONS, inputsOf, tableOf } from '../history/options.ts';
import { findingsOf } from '../report/findings.ts';
import { staleSources } from '../report/stale.ts';
import { summary } from '../report/summary.ts';

/** Where --incremental keeps its cubes. */
export const DEFAULT_CACHE = '.cache/cubes';

const options = {
  ...HISTORY_OPTIONS,
  config: CONFIG_OPTION,
  out: {
    value: 'FOLDER',
    default: 'artifacts',
    description:
      'Where the table and the statistics are written, as VERSION.json, VERSION.statistics.json and current',
  },
  rejects: { value: 'FILE', description: 'Write each dropped row, with file, line and reason, as CSV' },
  report: {
    description:
      'Keep for the console, in VERSION.statistics.json: examples of dropped rows, and which setting would have been right before',
  },
  incremental: { description: 'Read only files that are new or changed since the last such build' },
  cache: {
    value: 'FOLDER',
    description: `Where --incremental keeps the counts of files (default: ${DEFAULT_CACHE})`,
  },
  'emit-sql': EMIT_SQL_OPTION,
  all: { description: 'Show all countries, not only the largest' },
  json: { description: 'Write one JSON object to standard output, words to standard error' },
} as const;

/** @param clock milliseconds since the epoch: only warnings depend on it, never the artifact */
export const buildArtifactAt = (clock: () => number): Command<typeof options> => ({
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
    {
      args: '--clickhouse-url http://localhost:8123 --table sales.history',
      does: 'build from a table on a ClickHouse server or cluster',
    },
    {
      args: '--emit-sql snowflake --table sales.history > cube.sql',
      does: 'print a SELECT to run where the data is; its result goes to --cube',
    },
    { args: '--cube 2025.csv --cube 2026.csv', does: 'build from the results of such SELECTs' },
    { args: '--input export.csv --out out --json', does: 'build for a program' },
  ],
  async run(values, terminal) {
    const started = performance.now();
    const { out: folder, config: configPath } = values;
    if (values['emit-sql'] !== undefined) {
      terminal.verbatim(await emitSql(values['emit-sql'], values.table, await readConfig(configPath)));
      return;
    }
    const engine = withCubes(await incrementalOf(engineOf(values), values), values.cube);
    const config = await readConfig(configPath);
    const inputs = await inputsOf(values, config, terminal.warn);
    await refuseOverwriting([...inputs.map(({ path }) => path), ...values.cube, configPath], {
      'the artifact': join(folder, 'current.json'),
      '--rejects': values.rejects,
    });
    requireTextName('--rejects', values.rejects, 'CSV');
    await requireWritable(join(folder, 'current.json'));

    const examples = values.report && inputs.length > 0 ? new Examples() : null;
    if (values.report && (values.cube.length > 0 || values.table !== undefined)) terminal.warn(NO_EXAMPLES);
    const counted = await countHistory(engine, config, inputs, values.rejects, terminal, examples);
    const { cube, sources } = counted;
    // Loaded when it is asked for, as all that most builds do without: it takes long to load.
    const { reportOf } = values.report
      ? await import('../evaluation/artifact-report.ts')
      : { reportOf: () => undefined };
    const report = reportOf(cube, config, examples?.rows ?? {});
    const artifact = await assembleArtifact(cube, sources, config, { report });
    const { version, table, statistics } = artifact;
    const found = findingsOf(cube, config, statistics.countries, counted);
    const findings = { ...found, warnings: [...found.warnings, ...staleSources(artifact, config, clock())] };
    const byDefault = defaultWarning(table.config, defaultShares(compileArtifact(table)));
    const warnings = [...findings.warnings, ...(byDefault === null ? [] : [byDefault])];
    terminal.out(summary(findings, config, sources.length, performance.now() - started, values.all));
    for (const warning of warnings) terminal.warn(warning);

    const path = await writeArtifact(folder, artifact);
    if (values.json) {
      const { data } = table;
      terminal.json({
        version,
        path,
        ...findings,
        warnings,
        data,
        sources,
        rejects: values.rejects ?? null,
        leftovers_removed: takeRemoved(),
      });
    } else {
      terminal.out(`\nWrote ${path} and ${join(folder, 'current.json')}\n`);
    }
  },
});

export const buildArtifact = buildArtifactAt(Date.now);

const NO_EXAMPLES =
  '--report has no examples of the dropped rows of --cube and --table: counts come from there, not rows. The evaluation is of all of them';

/** The engine that reads only what it must. */
async function incrementalOf(engine: Engine, values: Values<typeof options>): Promise<Engine> {
  if (!values.incremental) {
    if (values.cache === undefined) return engine;
    throw new UsageError('expected --incremental with --cache, got --cache alone');
  }
  if (tableOf(values) !== null) {
    throw new UsageError('--incremental is for files: a table is read whole');
  }
  const { incremental } = await import('../engines/incremental.ts');
  return incremental(engine, { folder: values.cache ?? DEFAULT_CACHE });
}

if (import.meta.main) await run(buildArtifact);
