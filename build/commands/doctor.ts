import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import type { Config } from '../../src/core/config/config.ts';
import { qualityOf } from '../../src/core/cube/cube.ts';
import { type CompiledArtifact, compileArtifact } from '../../src/core/decide/compile.ts';
import { DataError } from '../../src/core/errors.ts';
import { type Command, EXIT_DONE, EXIT_NO, run } from '../cli/command.ts';
import { Progress } from '../cli/progress.ts';
import { type Examination, examine } from '../doctor/examine.ts';
import { cellsOf } from '../doctor/movement.ts';
import { byWeight, report } from '../doctor/report.ts';
import { rowFindings } from '../doctor/row-findings.ts';
import { defaultFindings, tableFindings } from '../doctor/table-findings.ts';
import { valueFindings } from '../doctor/value-findings.ts';
import { requireServable } from '../files/artifact-files.ts';
import { CONFIG_OPTION, readConfig } from '../files/config-file.ts';
import { requireRows, requireSound, totalSize } from '../history/count-history.ts';
import { HISTORY_OPTIONS, inputsOf } from '../history/options.ts';
import { rulesOptions, withRulesOf } from '../kv/named-artifact.ts';

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
    'that have it. It writes nothing, and ends with 1 where a build would be refused.',
  options,
  meant: 'input',
  examples: [
    { args: '--input export.parquet', does: 'look at an export before you build from it' },
    { args: "--input 'history/*.csv.gz'", does: 'look at many files as one history' },
    {
      args: '--input export.csv --artifact live --remote',
      does: 'look at it with the rules of what is live',
    },
    { args: '--input export.csv --json', does: 'look at it with a program' },
  ],
  async run(values, terminal) {
    const written = await readConfig(values.config);
    const config = await withRulesOf(values.artifact, written, values, terminal);
    const inputs = await inputsOf(values, config, terminal.warn);
    const progress = new Progress(terminal, totalSize(inputs));
    const now = clock();
    const examination = await examine(inputs, config, Math.floor(now / 1000), (bytes, rows) =>
      progress.advance(bytes, rows),
    ).finally(() => progress.end());
    const { cube } = examination;
    const cells = cellsOf(cube, config);
    const quality = qualityOf(cube.countries.values());
    requireRows(examination);
    const { compiled, refused } = await triedBuild(examination, config);
    const findings = byWeight([
      ...rowFindings(examination, config, cells),
      ...valueFindings(examination, config),
      ...tableFindings(cube, config, cells, now),
      ...(compiled === null ? [] : defaultFindings(compiled)),
    ]);
    if (values.json) {
      const files = inputs.map(({ name }) => name);
      terminal.json({ files, quality, cells: cells.size, refused, findings });
    } else terminal.out(report(findings, quality, cells.size, refused));
    return refused === null ? EXIT_DONE : EXIT_NO;
  },
});

export const doctor = doctorAt(Date.now);

/** @returns what a build would answer from, where there are rows for it, and the sentence that it would be refused with */
async function triedBuild(
  examination: Examination,
  config: Config,
): Promise<{ compiled: CompiledArtifact | null; refused: string | null }> {
  const { cube } = examination;
  const unsound = await refusalOf(() => requireSound(examination, config));
  if (qualityOf(cube.countries.values()).rows_kept === 0) return { compiled: null, refused: unsound };
  const artifact = await assembleArtifact(cube, [], config);
  const refused = unsound ?? (await refusalOf(() => requireServable(artifact)));
  return { compiled: compileArtifact(artifact.table), refused };
}

async function refusalOf(check: () => unknown): Promise<string | null> {
  try {
    await check();
    return null;
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

if (import.meta.main) await run(doctor);
