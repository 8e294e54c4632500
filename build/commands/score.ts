import { isOfSample } from '../../src/core/artifact/sample.ts';
import { DataError } from '../../src/core/errors.ts';
import { formatTime, parseTime } from '../../src/core/time.ts';
import { type Command, run } from '../cli/command.ts';
import { UsageError } from '../cli/options.ts';
import { refuseOverwriting, requireTextName } from '../cli/overwriting.ts';
import { Progress } from '../cli/progress.ts';
import { budgetText, type Held, holdBudgets, knownBudgets, parseBudgets } from '../customers/budget.ts';
import type { CustomerReading } from '../customers/record.ts';
import { type Scores, score } from '../customers/scoring.ts';
import { scoreSummary, spendSums } from '../customers/summary.ts';
import { isTold } from '../files/aside.ts';
import { CONFIG_OPTION, readConfig } from '../files/config-file.ts';
import { takeRemoved } from '../files/temporary.ts';
import { TextFile } from '../files/text-file.ts';
import { artifactOptions, chosenArtifact } from '../kv/named-artifact.ts';
import { oneInput } from '../read/inputs.ts';
import { shownPath } from '../read/remote/address.ts';

const options = {
  input: {
    value: 'FILE|URL|-',
    required: true,
    stdin: true,
    description: 'Customers: CSV, NDJSON or Parquet, plain or compressed; - for standard input',
  },
  output: {
    value: 'FILE',
    required: true,
    description:
      'Where the scored customers go: CSV, or NDJSON for a name in .ndjson; compressed for one in .gz',
  },
  ...artifactOptions,
  segment: {
    value: 'NAME',
    description:
      'The segment of all customers (default: their column segment_name, or default_segment of the config)',
  },
  'as-of': { value: 'DATE', description: 'The moment to decide for, in UTC (default: now)' },
  'max-spend': {
    value: '[NAME=]AMOUNT',
    multiple: true,
    description:
      'Write nothing and exit with 1 if a country or a currency (NAME) is given more; may be repeated',
  },
  rejects: {
    value: 'FILE',
    description: 'Write each customer without a decision, with line and reason, as CSV',
  },
  prefix: { value: 'TEXT', description: 'In front of the names of the added columns (default: nothing)' },
  config: {
    ...CONFIG_OPTION,
    description: 'The names of the columns, and how numbers and times are written',
  },
  json: { description: 'Write one JSON object to standard output, words to standard error' },
} as const;

export const scoreCommand: Command<typeof options> = {
  name: 'npm run score --',
  summary:
    'Decides for a file of customers as POST /voucher would for each: the columns of the file stay as they are, and ' +
    'voucher_amount, segment_name, segment, source, sample_size and artifact_version are added, and currency where the config names one.',
  options,
  meant: 'input',
  examples: [
    {
      args: '--input customers.csv --output vouchers.csv --segment recency_segment',
      does: 'score a campaign',
    },
    {
      args: '--input customers.parquet --output vouchers.ndjson.gz --segment frequency_segment --as-of 2026-07-01',
      does: 'score for a given day, so that the run can be repeated',
    },
    {
      args: '--input customers.csv --output vouchers.csv --max-spend Peru=50000 --max-spend China=20000 --rejects rejects.csv',
      does: 'set a budget for each country, and keep the customers without a voucher',
    },
  ],
  async run(values, terminal) {
    const started = performance.now();
    const { input, output } = values;
    const asOf = values['as-of'] === undefined ? Math.floor(Date.now() / 1000) : timeOf(values['as-of']);
    const budgets = parseBudgets(values['max-spend']);
    const { artifact: artifactPath, config: configPath } = values;
    await refuseOverwriting(
      [input, artifactPath, configPath].filter((path) => path !== 'live'),
      {
        '--output': output,
        '--rejects': values.rejects,
      },
    );
    for (const option of ['output', 'rejects'] as const) {
      requireTextName(`--${option}`, values[option], 'CSV or NDJSON, compressed for a name in .gz', /\.gz$/i);
    }
    if (budgets.length > 0) await refuseTold([output, values.rejects]);
    const file = await oneInput(input);
    const chosen = await chosenArtifact(artifactPath, values, terminal);
    const { compiled } = chosen;
    const { version, data } = compiled.table;
    const span = `${data.first_timestamp.slice(0, 10)} to ${data.last_timestamp.slice(0, 10)}`;
    terminal.out(`Answers from ${chosen.from}: version ${version}, history of ${span}\n`);
    if (isOfSample(chosen)) {
      terminal.warn(
        `this is the sample, whose amounts are made up: --artifact live answers from what is live, and npm run build:artifact -- --input FILE makes one of your history`,
      );
    }
    const known = knownBudgets(compiled, budgets);
    const { columns, numbers, times } = await readConfig(configPath);

    const progress = new Progress(terminal, file.size);
    await using written = await TextFile.open(output);
    await using rejects = values.rejects === undefined ? null : await TextFile.open(values.rejects);
    const scores = await score({
      compiled,
      input: file,
      columns: customerColumns(columns),
      reading: { numbers, times },
      segment: values.segment,
      asOf,
      prefix: values.prefix ?? '',
      output: written,
      ndjson: /\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(output),
      rejects,
      onProgress: (bytes, rows) => progress.advance(bytes, rows),
    }).finally(() => progress.end());
    terminal.out(scoreSummary(scores, version, asOf, performance.now() - started, values.rejects));
    for (const warning of scores.warnings) terminal.warn(warning);
    refuseNothing(input, scores);
    const held = holdBudgets(known, scores.lines);
    terminal.out(budgetText(held, scores.lines));
    await written.commit();
    await rejects?.commit();
    if (values.json) terminal.json(report(scores, held, version, asOf, values));
    else {
      const again = values['as-of'] === undefined ? `; --as-of ${formatTime(asOf)} gives the same again` : '';
      terminal.out(`\nWrote ${output}${again}\n`);
    }
  },
};

function timeOf(text: string): number {
  const seconds = parseTime(text.trim());
  if (seconds !== null) return seconds;
  throw new UsageError(`expected --as-of to be a date such as 2026-07-01, got ${JSON.stringify(text)}`);
}

/** The names that the config has for the fields of a history; segment_name is the one that only customers have. */
function customerColumns(
  columns: Omit<CustomerReading['columns'], 'segment_name'>,
): CustomerReading['columns'] {
  const { country_code, last_order_ts, first_order_ts, total_orders } = columns;
  return { country_code, last_order_ts, first_order_ts, total_orders, segment_name: 'segment_name' };
}

/** A budget that is not held leaves nothing written, which a pipe cannot do. */
async function refuseTold(paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path === undefined || !(await isTold(path))) continue;
    throw new UsageError(
      `expected to write a file with --max-spend, got ${path}, from which nothing is taken back`,
    );
  }
}

function refuseNothing(input: string, { customers, rejected, example }: Scores): void {
  if (customers === 0)
    throw new DataError(`${shownPath(input)}: expected customers, found a header and no row`);
  const refused = Object.values(rejected).reduce((sum, rows) => sum + rows, 0);
  if (refused < customers) return;
  throw new DataError(
    `${shownPath(input)}: no customer could be decided for, so nothing is written; ${example}`,
  );
}

function report(
  { customers, rejected, lines, warnings }: Scores,
  held: readonly Held[],
  version: string,
  asOf: number,
  { output, rejects }: { output: string | undefined; rejects: string | undefined },
) {
  return {
    path: output,
    rejects: rejects ?? null,
    artifact_version: version,
    as_of: formatTime(asOf),
    customers,
    rejected,
    spend: spendSums(lines),
    budgets: held.map(({ unit, most, spend }) => ({ currency: null, country: null, ...unit, most, spend })),
    lines,
    warnings,
    leftovers_removed: takeRemoved(),
  };
}

if (import.meta.main) await run(scoreCommand);
