import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ofCountries, tableOfCountries } from '../../support/many-countries.ts';
import { atMost, type Bench } from '../bench.ts';
import { figure } from '../support/format.ts';
import { loader } from '../support/load.ts';
import { ask, bundledArtifact, requestMix } from '../support/requests.ts';
import { median } from '../support/statistics.ts';
import { realArtifact } from '../support/table.ts';
import { which } from '../support/which.ts';
import { SWAP_MS, startInspected } from '../support/workerd.ts';

const MANY = 1000;
const SWAPS = 4;
/** What Cloudflare allows an isolate. */
const ISOLATE_MEGABYTES = 128;

/** Whether a company in a thousand countries is served: from the build to answers from tables that are swapped. */
export const many: Bench = {
  name: 'many',
  about: 'a thousand countries: built, and swapped in workerd under load, with its memory',

  async *run({ resources, quick, progress }) {
    const real = await realArtifact();
    progress(`sealing an artifact of ${MANY} countries`);
    const before = process.cpuUsage();
    const large = await ofCountries(real, MANY);
    const { user, system } = process.cpuUsage(before);
    const [table, statistics] = [large.texts.table, large.texts.statistics].map(
      (text) => Buffer.byteLength(text ?? '') / 1e6,
    );
    yield {
      what: `an artifact of ${MANY} countries, from its statistics`,
      ours: `${figure((user + system) / 1e6)} s of CPU`,
      peer: `table ${figure(table ?? Number.NaN)} MB, statistics ${figure(statistics ?? Number.NaN)} MB`,
      ratio: table ?? Number.NaN,
      target: atMost(12),
    };
    const what = `${MANY} countries, swapped every ${SWAP_MS / 1000} s`;
    if (which('wrk') === null) {
      yield { what, because: 'wrk is not installed (Debian: apt-get install wrk)' };
      return;
    }
    const peaks: { isolate: number; process: number }[] = [];
    const rates: number[] = [];
    for (const count of [real.table.countries.length, MANY]) {
      const published = await Promise.all(
        [1, 2].map(async (default_amount) => {
          const config = { ...real.table.config, default_amount };
          const { table: own, text } = await tableOfCountries({ ...real.table, config }, count);
          return { version: own.version, text };
        }),
      );
      const name = `${count} countries`;
      const { server, heap } = await startInspected(resources, name, 'src/worker-core.ts', published);
      const bodies = requestMix(await bundledArtifact());
      const send = loader(resources, bodies);
      const seen = new Set<unknown>();
      const look = async () => {
        const [body] = bodies;
        if (body !== undefined) seen.add((await ask(server.url, body)).artifact_version);
      };
      const swaps = quick ? 2 : SWAPS;
      progress(`${swaps} swaps of tables of ${count} countries under load`);
      const loads: number[] = [];
      const heaps: number[] = [];
      for (let swap = 0; swap <= swaps; swap++) {
        const load = send(server, SWAP_MS / 1000);
        heaps.push(await heap.peakDuring(load));
        loads.push((await load).requestsPerSecond);
        await look();
      }
      for (let waited = 0; seen.size < 2 && waited < 10; waited++) {
        await sleep(SWAP_MS / 2);
        await look();
      }
      if (published.some(({ version }) => !seen.has(version))) {
        throw new Error(`expected answers from both tables, got ${[...seen].join(', ')}`);
      }
      rates.push(median(loads));
      peaks.push({ isolate: Math.max(...heaps) / 1e6, process: peakMegabytes(server.pid) });
    }
    const [few, most] = peaks;
    yield {
      what: `${what}: memory of the isolate at its peak`,
      ours: `${figure(most?.isolate ?? Number.NaN)} MB`,
      peer: `${real.table.countries.length} countries ${figure(few?.isolate ?? Number.NaN)} MB`,
      ratio: most?.isolate ?? Number.NaN,
      target: atMost(ISOLATE_MEGABYTES),
    };
    yield {
      what: `${what}: memory of the process at its peak, with the KV beside the isolate`,
      ours: `${figure(most?.process ?? Number.NaN)} MB`,
      peer: `${real.table.countries.length} countries ${figure(few?.process ?? Number.NaN)} MB`,
      ratio: (most?.process ?? Number.NaN) / (few?.process ?? Number.NaN),
      target: null,
    };
    const [rateOfFew = Number.NaN, rate = Number.NaN] = rates;
    yield {
      what: `${what}: no request failed`,
      ours: `${figure(rate)} req/s`,
      peer: `${real.table.countries.length} countries ${figure(rateOfFew)} req/s`,
      ratio: rate / rateOfFew,
      target: null,
    };
  },
};

/** @returns the largest resident size that a process had; NaN where there is no /proc */
function peakMegabytes(pid: number): number {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return (Number(kibibytes) * 1024) / 1e6;
  } catch {
    return Number.NaN;
  }
}
