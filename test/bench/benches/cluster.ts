import { readFile } from 'node:fs/promises';
import { CountingProxy } from '../../cluster/support/proxy.ts';
import { freePorts, isServerInstalled, Server } from '../../cluster/support/server.ts';
import { atMost, type Bench, type Row } from '../bench.ts';
import { buildTableDone } from '../support/builder.ts';
import { type History, history } from '../support/history.ts';
import { missingForMeasuring } from '../support/measure.ts';
import type { Resources } from '../support/resources.ts';

/** How often the history is in the larger table. */
const TIMES = 29;
/** Counts have more digits. */
const MOST_GROWTH = 1.1;

/** Bytes of one build. */
interface Traffic {
  rows: number;
  asked: number;
  between: number;
}

/** What crosses the network when a cluster counts: to who asks, and between its servers. */
export const cluster: Bench = {
  name: 'cluster',
  about: `bytes on the network when two ClickHouse servers count a history, to one of ${TIMES} times the rows`,

  async *run({ resources, quick, progress }) {
    const because = isServerInstalled
      ? missingForMeasuring()
      : 'clickhouse-server is not installed (Debian: apt-get install clickhouse-server)';
    if (because !== null) {
      yield { what: 'bytes on the network', because };
      return;
    }
    const pair = await startPair(resources);
    try {
      const once = await history(1);
      progress(`loading ${once.label} into two servers`);
      await load(pair.shards, once);
      const times = quick ? 3 : TIMES;
      progress(`${times} times that, made by the servers`);
      await repeat(pair.shards, times);
      const few = await trafficOf('few', pair, resources);
      const many = await trafficOf('many', pair, resources);
      if (few.rows !== once.rows || many.rows !== once.rows * times) {
        throw new Error(
          `expected ${once.rows} rows, and ${times} times that, got ${few.rows} and ${many.rows}`,
        );
      }
      yield rowOf('to and from who asks', few, many, ({ asked }) => asked);
      yield rowOf('between the servers', few, many, ({ between }) => between);
    } finally {
      await pair.stop();
    }
  },
};

interface Pair {
  shards: readonly [Server, Server];
  /** Before the first server, which is asked. */
  asked: CountingProxy;
  /** Between the first server and the second. */
  between: CountingProxy;
  stop(): Promise<void>;
}

async function startPair(resources: Resources): Promise<Pair> {
  const [first = 0, second = 0] = await freePorts(2);
  const between = await CountingProxy.start(second);
  const shards = await Promise.all([Server.start(first, [first, between.port]), Server.start(second)]);
  for (const shard of shards) resources.defer(() => shard.kill());
  const asked = await CountingProxy.start(Number(new URL(shards[0].url).port));
  return {
    shards,
    asked,
    between,
    async stop() {
      await asked.stop();
      for (const shard of shards) await shard.stop();
      await between.stop();
    },
  };
}

/** Every second row on each server. */
async function load(shards: Pair['shards'], { path }: History): Promise<void> {
  const [header = '', ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const structure = header.split(',').map((name) => `\`${name}\` String`);
  for (const [at, shard] of shards.entries()) {
    const own = lines.filter((_, index) => index % shards.length === at);
    for (const name of ['few', 'many']) {
      await shard.run(
        `CREATE TABLE ${name}_local (${structure.join(', ')}) ENGINE = MergeTree ORDER BY tuple()`,
      );
    }
    await shard.run('INSERT INTO few_local FORMAT CSV', `${own.join('\n')}\n`);
  }
  for (const name of ['few', 'many']) {
    await shards[0].run(
      `CREATE TABLE ${name} AS ${name}_local ENGINE = Distributed(pair, default, ${name}_local)`,
    );
  }
}

async function repeat(shards: Pair['shards'], times: number): Promise<void> {
  for (const shard of shards) {
    for (let copy = 0; copy < times; copy++) {
      await shard.run('INSERT INTO many_local SELECT * FROM few_local');
    }
  }
}

async function trafficOf(table: string, { asked, between }: Pair, resources: Resources): Promise<Traffic> {
  const bytes = () => [asked, between].map(({ sent, received }) => sent + received);
  const before = bytes();
  const { stdout } = await buildTableDone(resources, `http://127.0.0.1:${asked.port}`, table);
  const [ours = 0, theirs = 0] = bytes().map((after, index) => after - (before[index] ?? 0));
  return { rows: JSON.parse(stdout).quality.rows_read, asked: ours, between: theirs };
}

function rowOf(what: string, few: Traffic, many: Traffic, bytesOf: (traffic: Traffic) => number): Row {
  const figure = (traffic: Traffic) =>
    `${traffic.rows.toLocaleString('en-US')} rows: ${bytesOf(traffic).toLocaleString('en-US')} bytes`;
  return {
    what: `bytes ${what}`,
    ours: figure(many),
    peer: figure(few),
    ratio: bytesOf(many) / bytesOf(few),
    target: atMost(MOST_GROWTH),
  };
}
