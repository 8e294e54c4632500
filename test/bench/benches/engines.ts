import { atLeast, atMost, type Bench, type Row } from '../bench.ts';
import { buildDone, missingFromBuild } from '../support/builder.ts';
import { figure } from '../support/format.ts';
import { type History, history } from '../support/history.ts';
import { type Measured, measureDone, missingForMeasuring } from '../support/measure.ts';
import { missingPeer, peerCommand } from '../support/peers.ts';
import { inTurn, median, medianRatio } from '../support/statistics.ts';

/** The engines of build:artifact, in the order of the table. */
const ENGINES = ['stream', 'threads', 'duckdb'] as const;
/** DuckDB alone runs the GROUP BY that a person would write for the cube. */
const PEERS = ['pandas', 'bare duckdb'] as const;
type Contender = (typeof ENGINES)[number] | (typeof PEERS)[number];

/** What the whole process of one engine may cost against that of a peer. */
const TARGETS: Partial<Record<Contender, Partial<Record<Contender, number>>>> = {
  threads: { pandas: 3 },
  duckdb: { pandas: 4, 'bare duckdb': 1 / 1.3 },
};
const MOST_MEGABYTES = 400;
const MOST_GROWTH = 1.15;
/** How many times the rows the memory is compared with. A small file does not fill the buffers that a large one has. */
const TIMES = 4;

/** Whole builds of a large history, from the start of the process to its end, to what else could do the grouping. */
export const engines: Bench = {
  name: 'engines',
  about: 'a build of 441 MB of CSV by each engine, to pandas and to DuckDB alone',

  async *run({ resources, quick, progress }) {
    const missing = missingForMeasuring();
    if (missing !== null) {
      yield { what: 'builds by engine', because: missing };
      return;
    }
    const available: Partial<Record<Contender, (input: string) => Promise<Measured>>> = {};
    for (const engine of ENGINES) {
      const because = await missingFromBuild(resources, ['--engine', engine]);
      if (because !== null) yield { what: `engine ${engine}`, because };
      else available[engine] = (input) => buildDone(resources, input, ['--engine', engine]);
    }
    for (const peer of PEERS) {
      const because = await missingPeer(peer);
      if (because !== null) yield { what: `to ${peer}`, because };
      else available[peer] = (input) => measureDone(resources, ...peerCommand(peer, input));
    }

    const copies = quick ? 1 : 29;
    const whole = await history(copies);
    const rounds = quick ? 2 : 5;
    progress(`${rounds} rounds of ${Object.keys(available).join(', ')} on ${whole.label}`);
    const contenders = Object.fromEntries(
      Object.entries(available).map(([name, run]) => [name, () => run(whole.path)]),
    );
    const measured: Partial<Record<Contender, Measured[]>> = await inTurn(rounds, contenders);
    sameRows(measured);
    yield* timeRows(whole, measured);
    yield* memoryRows(whole, measured);
    if (available.threads) {
      yield await growth(whole, measured.threads ?? [], await history(TIMES * copies), available.threads);
    }
  },
};

/** Every contender must have kept the same rows: what is compared is the same work. */
function sameRows(measured: Partial<Record<Contender, Measured[]>>): void {
  const kept = Object.entries(measured).map(([name, runs]) => {
    const output = JSON.parse(runs[0]?.stdout ?? '{}');
    return [name, output.rows_kept ?? output.quality?.rows_kept] as const;
  });
  if (new Set(kept.map(([, rows]) => rows)).size > 1) {
    throw new Error(
      `expected the same rows_kept from all, got ${kept.map((pair) => pair.join(': ')).join(', ')}`,
    );
  }
}

function timeRows(whole: History, measured: Partial<Record<Contender, Measured[]>>): Row[] {
  const seconds = (name: Contender) => measured[name]?.map((run) => run.seconds) ?? [];
  return ENGINES.filter((engine) => measured[engine]).flatMap((engine) =>
    PEERS.filter((peer) => measured[peer]).map((peer) => {
      const target = TARGETS[engine]?.[peer];
      return {
        what: `${engine}: ${whole.label}, times as fast as`,
        ours: `${figure(median(seconds(engine)))} s`,
        peer: `${peer} ${figure(median(seconds(peer)))} s`,
        ratio: medianRatio(seconds(peer), seconds(engine)),
        target: target === undefined ? null : atLeast(target),
      };
    }),
  );
}

function memoryRows(whole: History, measured: Partial<Record<Contender, Measured[]>>): Row[] {
  const peak = (name: Contender) => median(measured[name]?.map((run) => run.peakMegabytes) ?? []);
  return ENGINES.filter((engine) => measured[engine]).map((engine) => ({
    what: `${engine}: ${whole.label}, peak memory in MB`,
    ours: `${figure(peak(engine))} MB`,
    peer: PEERS.filter((name) => measured[name])
      .map((name) => `${name} ${figure(peak(name))} MB`)
      .join(', '),
    ratio: peak(engine),
    target: engine === 'stream' ? null : atMost(MOST_MEGABYTES),
  }));
}

async function growth(
  whole: History,
  measured: readonly Measured[],
  more: History,
  build: (input: string) => Promise<Measured>,
): Promise<Row> {
  const before = median(measured.map((run) => run.peakMegabytes));
  const { peakMegabytes: after } = await build(more.path);
  return {
    what: `threads: peak memory, ${more.label}`,
    ours: `${figure(after)} MB`,
    peer: `${whole.label} ${figure(before)} MB`,
    ratio: after / before,
    target: atMost(MOST_GROWTH),
  };
}
