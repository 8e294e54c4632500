import { atLeast, type Bench } from '../bench.ts';
import { startService } from '../support/deno.ts';
import { loader, loadInTurn } from '../support/load.ts';
import { bundledArtifact, requestMix } from '../support/requests.ts';
import { throughputRows } from '../support/throughput.ts';
import { which } from '../support/which.ts';

const WHAT = 'a flag by OFREP on Deno';
const SEGMENT = 'recency_segment';

/** The same decisions asked for as flags and as vouchers, of one process. */
export const ofrep: Bench = {
  name: 'ofrep',
  about: 'evaluations of a flag by OFREP on Deno, to POST /voucher',

  async *run({ resources, quick, progress }) {
    if (which('wrk') === null) {
      yield { what: WHAT, because: 'wrk is not installed (Debian: apt-get install wrk)' };
      return;
    }
    const bodies = requestMix(await bundledArtifact()).filter(({ segment_name }) => segment_name === SEGMENT);
    const contexts = bodies.map(({ customer_id, segment_name: _, ...fields }) => ({
      context: { targetingKey: String(customer_id), ...fields },
    }));
    const vouchers = await startService(resources, 'POST /voucher');
    const flags = {
      ...vouchers,
      name: 'OFREP',
      url: new URL(`/ofrep/v1/evaluate/flags/${SEGMENT}`, vouchers.url).href,
    };
    const send = { vouchers: loader(resources, bodies), flags: loader(resources, contexts) };
    const seconds = quick ? 1 : 3;
    const rounds = quick ? 3 : 9;
    progress(`${2 * rounds} loads of ${seconds} s`);
    const pairs = await loadInTurn(
      (server) => (server === flags ? send.flags : send.vouchers)(server, seconds),
      rounds,
      flags,
      vouchers,
    );
    yield* throughputRows(WHAT, pairs, vouchers.name, atLeast(0.8));
  },
};
