import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Bench, isReached, type Row, type Skip } from './bench.ts';
import { batch } from './benches/batch.ts';
import { buildMemory } from './benches/build-memory.ts';
import { cluster } from './benches/cluster.ts';
import { consolePage } from './benches/console.ts';
import { decide } from './benches/decide.ts';
import { decideCombined } from './benches/decide-combined.ts';
import { deno } from './benches/deno.ts';
import { engines } from './benches/engines.ts';
import { estimateCost } from './benches/estimate-cost.ts';
import { incremental } from './benches/incremental.ts';
import { kv } from './benches/kv.ts';
import { many } from './benches/many.ts';
import { ofrep } from './benches/ofrep.ts';
import { score } from './benches/score.ts';
import { table } from './benches/table.ts';
import { workerd } from './benches/workerd.ts';
import { columns, figure } from './support/format.ts';
import { versionOf } from './support/project.ts';
import { Resources } from './support/resources.ts';

const BENCHES: readonly Bench[] = [
  workerd,
  kv,
  deno,
  ofrep,
  table,
  many,
  decide,
  batch,
  decideCombined,
  estimateCost,
  buildMemory,
  engines,
  cluster,
  incremental,
  score,
  consolePage,
];

const USAGE = `Usage: npm run bench -- [NAME]... [--json] [--quick]

Measures side by side and prints ratios; without a name it runs everything.
A target that is missed is no failure: the exit code is 1 only when something is broken.

${columns([['name', 'what'], ...BENCHES.map(({ name, about }) => [name, about])]).join('\n')}

  --json   one JSON object on standard output
  --quick  short rounds, to see that it works: the figures mean little

Examples:
  # measure everything
  npm run bench
  # see that two benches work
  npm run bench -- workerd batch --quick
`;

interface Finding {
  bench: string;
  results: (Row | Skip)[];
  failure: string | null;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const request = readArguments();
  if (typeof request === 'string') {
    process.stderr.write(`${request}\nnpm run bench -- --help shows the options.\n`);
    return 2;
  }
  if (request.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const head = header();
  if (!request.json) process.stdout.write(`${headerLines(head).join('\n')}\n\n`);
  const findings: Finding[] = [];
  for (const bench of request.benches) findings.push(await runBench(bench, request.quick));
  if (request.json) process.stdout.write(`${JSON.stringify({ ...head, findings }, null, 2)}\n`);
  else process.stdout.write(`${report(findings).join('\n')}\n`);
  return findings.some(({ failure }) => failure !== null) ? 1 : 0;
}

/** @returns what was asked for, or a sentence about what is wrong with it */
function readArguments():
  | { benches: readonly Bench[]; json: boolean; quick: boolean; help: boolean }
  | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const unknown = positionals.find((name) => !BENCHES.some((bench) => bench.name === name));
    if (unknown !== undefined) return `expected the name of a bench, got ${JSON.stringify(unknown)}`;
    const benches = BENCHES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    return { benches, ...values };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function runBench(bench: Bench, quick: boolean): Promise<Finding> {
  const resources = new Resources();
  const interrupt = (signal: NodeJS.Signals) => {
    resources.release();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const finding: Finding = { bench: bench.name, results: [], failure: null };
  const progress = (line: string) => process.stderr.write(`${bench.name}: ${line}\n`);
  try {
    for await (const result of bench.run({ quick, resources, progress })) finding.results.push(result);
  } catch (error) {
    finding.failure = error instanceof Error ? error.message : String(error);
    progress(`failed: ${finding.failure}`);
  } finally {
    resources.release();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  return finding;
}

function header() {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    load: Number(loadavg()[0]?.toFixed(2)),
    versions: {
      node: process.versions.node,
      workerd: versionOf('workerd'),
      deno: versionOf('deno'),
      hono: versionOf('hono'),
    },
  };
}

function headerLines({ date, cores, processor, load, versions }: ReturnType<typeof header>): string[] {
  return [
    `${date}, ${cores} cores (${processor}), load ${load} at the start`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ];
}

function report(findings: readonly Finding[]): string[] {
  const rows = [['bench', 'what', 'ours', 'peer', 'ratio', 'target', 'reached']];
  const notes: string[] = [];
  for (const { bench, results, failure } of findings) {
    for (const result of results) {
      if ('because' in result) notes.push(`skipped: ${bench}, ${result.what}: ${result.because}`);
      else rows.push([bench, ...cells(result)]);
    }
    if (failure !== null) notes.push(`BROKEN: ${bench}: ${failure}`);
  }
  return [...columns(rows), '', ...notes];
}

function cells(row: Row): string[] {
  const { what, ours, peer, ratio, target } = row;
  const reached = isReached(row);
  return [
    what,
    ours,
    peer,
    figure(ratio),
    target === null ? '' : `${target.is === 'at least' ? '≥' : '≤'} ${Number(target.value.toPrecision(3))}`,
    reached === null ? '' : reached ? 'yes' : 'NO',
  ];
}
