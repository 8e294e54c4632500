import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Table } from '../../../src/core/artifact/table.ts';
import { decide } from '../../../src/core/decide/decide.ts';
import { loadTable } from '../../../src/core/decide/load.ts';
import type { VoucherRequest } from '../../../src/core/decide/request.ts';
import { tableOfCountries } from '../../support/many-countries.ts';
import { atMost, type Bench } from '../bench.ts';
import { figure } from '../support/format.ts';
import { inTurn, least, leastRatio } from '../support/statistics.ts';
import { realTable } from '../support/table.ts';

const COUNTRIES = [4, 20, 200, 1000];
/** Bytes of table for each country. */
const SIZES: Partial<Record<number, number>> = { 4: 12_000, 20: 8000 };
/** Loading is to be at most so many times as long as JSON.parse. */
const LOADING: Partial<Record<number, number>> = { 4: 3, 200: 3 };

const REQUEST: VoucherRequest = {
  customer_id: 1,
  country_code: 'Peru',
  segment_name: 'detailed_segment',
  total_orders: 7,
  last_order_ts: 1_530_000_000,
  first_order_ts: 1_500_000_000,
  as_of: 1_532_700_000,
};

/** What an isolate pays for a table before its first answer: bytes, time and memory. */
export const table: Bench = {
  name: 'table',
  about:
    'the bytes of a table for each country; from its bytes to the first answer, to JSON.parse; its memory',

  async *run({ quick, progress }) {
    const { table: own, label } = await realTable();
    for (const count of COUNTRIES) {
      progress(`${count} countries of ${label}`);
      const { table, text } = await tableOfCountries(own, count);
      const bytes = new TextEncoder().encode(text);
      yield {
        what: `table of ${count} countries, ${label}`,
        ours: `${figure(bytes.length / 1e6)} MB`,
        peer: 'bytes a country',
        ratio: Math.round(bytes.length / count),
        target: SIZES[count] === undefined ? null : atMost(SIZES[count]),
      };
      const times = Math.ceil(2e6 / bytes.length);
      const load = () => cpuOf(times, async () => answered(await loadTable(bytes, table.version)));
      const parse = () => cpuOf(times, async () => JSON.parse(new TextDecoder().decode(bytes)));
      for (let warm = 0; warm < 3; warm++) for (const one of [load, parse]) await one();
      const pairs = await inTurn(quick ? 5 : 31, { load, parse });
      yield {
        what: `from bytes to the first answer, ${count} countries`,
        ours: `${figure(least(pairs.load))} ms of CPU`,
        peer: `JSON.parse ${figure(least(pairs.parse))} ms`,
        ratio: leastRatio(pairs.load, pairs.parse),
        target: LOADING[count] === undefined ? null : atMost(LOADING[count]),
      };
      const kept = await heapOf(bytes);
      yield {
        what: `heap of a loaded table, ${count} countries`,
        ours: `${figure(kept / 1e6)} MB`,
        peer: 'its bytes',
        ratio: kept / bytes.length,
        target: atMost(4),
      };
    }
  },
};

function answered(loaded: Awaited<ReturnType<typeof loadTable>>): void {
  if (!loaded.ok) throw new Error(loaded.detail);
  const outcome = decide(loaded.compiled, REQUEST, 0);
  if (!outcome.ok) throw new Error(outcome.refusal.message);
}

/** @returns milliseconds of CPU, all threads, that one of several runs takes: hashing has a thread of its own */
async function cpuOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let run = 0; run < times; run++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}

/** @returns what the heap has more with the table than without it, over several so that noise is small beside them */
async function heapOf(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const copies = Math.max(1, Math.ceil(5e6 / bytes.length));
  const used = async () => {
    for (let pass = 0; pass < 3; pass++) {
      gc();
      await sleep(1);
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = await used();
  const held: Table[] = [];
  for (let copy = 0; copy < copies; copy++) {
    const loaded = await loadTable(bytes);
    if (!loaded.ok) throw new Error(loaded.detail);
    held.push(loaded.compiled.table);
  }
  const after = await used();
  return (after - before) / held.length;
}
