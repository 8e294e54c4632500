import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import type { Config } from '../../src/core/config/config.ts';
import { type Cube, qualityOf } from '../../src/core/cube/cube.ts';
import { type CompiledArtifact, compileArtifact } from '../../src/core/decide/compile.ts';
import { type Command, EXIT_DONE, run } from '../cli/command.ts';
import { Progress } from '../cli/progress.ts';
import { defaultFindings } from '../doctor/default-finding.ts';
import { examine } from '../doctor/examine.ts';
import { cellsOf } from '../doctor/movement.ts';
import { byWeight, report } from '../doctor/report.ts';
import { rowFindings } from '../doctor/row-findings.ts';
import { tableFindings } from '../doctor/table-findings.ts';
import { valueFindings } from '../doctor/value-findings.ts';
import { HISTORY_OPTIONS, inputsOf, requireRows, totalSize } from '../engines/count-history.ts';
import { CONFIG_OPTION, DEFAULT_CONFIG, readConfig } from '../files/config-file.ts';
import { rulesOptions, withRulesOf } from '../kv/chosen-artifact.ts';

const options = {
  input: HISTORY_OPTIONS.input,
  ...rulesOptions,
  config: CONFIG_OPTION,
  json: { description: 'Write one JSON object to standard output' },
} as const;

/** @param clock milliseconds since the epoch */
export const doctorAt = (clock: () => number): Command<typeof options> => ({
  name: 'npm run doctor --',
  summary:
    'Names the diseases of a history, what a build makes of each, and how far the answers would move without the rows\n' +
    'that have it. It writes nothing; what it finds is no failure.',
  options,
  meant: 'input',
  examples: [
    { args: '--input export.parquet', does: 'look at an export before it is built from' },
    { args: "--input 'history/*.csv.gz'", does: 'look at many files as one history' },
    {
      args: '--input export.csv --artifact live --remote',
      does: 'look at it with the rules of what is live',
    },
    { args: '--input export.csv --json', does: 'look at it with a program' },
  ],
  async run(values, terminal) {
    const written = await readConfig(values.config ?? DEFAULT_CONFIG);
    const config = await withRulesOf(values.artifact, written, values, terminal);
    const inputs = await inputsOf({ input: values.input }, config, undefined, terminal.warn);
    const progress = new Progress(terminal, totalSize(inputs));
    const now = clock();
    const examination = await examine(inputs, config, Math.floor(now / 1000), (bytes, rows) =>
      progress.advance(bytes, rows),
    ).finally(() => progress.end());
    const { cube } = examination;
    const cells = cellsOf(cube, config);
    const quality = qualityOf(cube.countries.values());
    requireRows(examination);
    const findings = byWeight([
      ...rowFindings(examination, config, cells),
      ...valueFindings(examination, config),
      ...tableFindings(cube, config, cells, now),
      ...(quality.rows_kept === 0 ? [] : defaultFindings(await compiledOf(cube, config))),
    ]);
    if (values.json) {
      const files = inputs.map(({ name }) => name);
      terminal.json({ files, quality, cells: cells.size, findings });
    } else terminal.out(report(findings, quality, cells.size));
    return EXIT_DONE;
  },
});

export const doctor = doctorAt(Date.now);

async function compiledOf(cube: Cube, config: Config): Promise<CompiledArtifact> {
  return compileArtifact((await assembleArtifact(cube, [], config)).table);
}

if (import.meta.main) await run(doctor);
