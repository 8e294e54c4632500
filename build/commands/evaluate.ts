import type { Config } from '../../src/core/config/config.ts';
import { PERIODS, type Period } from '../../src/core/period.ts';
import { type Command, run } from '../cli/command.ts';
import { UsageError } from '../cli/options.ts';
import { refuseOverwriting } from '../cli/overwriting.ts';
import { withCubes } from '../engines/cubes.ts';
import { evaluate } from '../evaluation/evaluation.ts';
import { parseSplit, rollingFolds, splitFold } from '../evaluation/folds.ts';
import { recommendation } from '../evaluation/recommend.ts';
import { report } from '../evaluation/report.ts';
import { servedBy } from '../evaluation/strategies.ts';
import { requireWritable, writeFileAside } from '../files/aside.ts';
import { CONFIG_OPTION, readConfig } from '../files/config-file.ts';
import { countHistory } from '../history/count-history.ts';
import { engineOf, HISTORY_OPTIONS, inputsOf } from '../history/options.ts';
import { rulesOptions, withRulesOf } from '../kv/named-artifact.ts';

const options = {
  ...HISTORY_OPTIONS,
  ...rulesOptions,
  config: CONFIG_OPTION,
  'split-at': {
    value: 'DATE',
    description:
      'Train on what is before, test on the rest (default: each period is tested on all before it)',
  },
  period: {
    value: PERIODS.join('|'),
    description: 'The periods to roll over (default: `period` of the config)',
  },
  recommend: {
    value: 'FILE',
    description: 'Write a whole config with the winning settings and the reason, for --config',
  },
  json: { description: 'Write one JSON object to standard output, words to standard error' },
} as const;

export const evaluateCommand: Command<typeof options> = {
  name: 'npm run evaluate --',
  summary:
    'Trains every combination of segment, statistic and imputation on the past, tests it on what followed, and compares it with the mean by country and recency.',
  options,
  meant: 'input',
  examples: [
    { args: '--split-at 2026-05-01', does: 'train on what is before May, test on the rest' },
    { args: '--input history.csv --period week', does: 'test each week of another history on all before it' },
    { args: '--artifact artifacts/current.json', does: 'compare an artifact with every other setting' },
    { args: '--recommend winner.json', does: 'keep the winning settings' },
  ],
  async run(values, terminal) {
    const engine = withCubes(engineOf(values), values.cube);
    const asked = periodOf(values.period);
    const written = await readConfig(values.config);
    const shipped = await withRulesOf(values.artifact, written, values, terminal);
    const at = values['split-at'];
    const split = at === undefined ? null : parseSplit(at, shipped.period, asked);
    const config: Config = { ...shipped, period: split?.period ?? asked ?? shipped.period };
    const inputs = await inputsOf(values, config, terminal.warn);
    await refuseOverwriting([...inputs.map(({ path }) => path), values.config], {
      '--recommend': values.recommend,
    });
    if (values.recommend !== undefined) await requireWritable(values.recommend);

    const { cube } = await countHistory(engine, config, inputs, undefined, terminal);
    const folds = split === null ? rollingFolds(cube) : [splitFold(cube, split)];
    const evaluation = evaluate(cube, config, folds);
    const recommended = recommendation(evaluation, shipped);
    if (values.json) terminal.json({ ...evaluation, recommended });
    terminal.out(report(evaluation, servedBy(shipped), terminal.width()));
    if (values.recommend !== undefined) {
      await writeFileAside(values.recommend, `${JSON.stringify(recommended, null, 2)}\n`);
      terminal.err(`Wrote ${values.recommend}\n`);
    }
  },
};

function periodOf(given: string | undefined): Period | null {
  const found = PERIODS.find((one) => one === given) ?? null;
  if (given !== undefined && found === null) {
    throw new UsageError(`--period: expected one of ${PERIODS.join(', ')}, got ${JSON.stringify(given)}`);
  }
  return found;
}

if (import.meta.main) await run(evaluateCommand);
