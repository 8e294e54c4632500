import { atLeast, type Bench } from '../bench.ts';
import { loader, loadInTurn } from '../support/load.ts';
import { ask, bundledArtifact, requestMix } from '../support/requests.ts';
import { throughputRows } from '../support/throughput.ts';
import { which } from '../support/which.ts';
import { startWorkerd } from '../support/workerd.ts';

const REQUIRED = 'POST /voucher on workerd, to an echo with id, headers and line';

/** The whole service on workerd against the least that a route can do there: parse the JSON and send it back. */
export const workerd: Bench = {
  name: 'workerd',
  about: 'POST /voucher on workerd, to a Hono route that echoes the same JSON',

  async *run({ resources, quick, progress }) {
    if (which('wrk') === null) {
      yield {
        what: 'POST /voucher on workerd',
        because: 'wrk is not installed (Debian: apt-get install wrk)',
      };
      return;
    }
    const bodies = requestMix(await bundledArtifact());
    progress('bundling and starting');
    const ours = await startWorkerd(resources, 'voucher-edge', 'src/worker.ts');
    const echo = await startWorkerd(resources, 'echo', 'test/bench/peers/echo.ts');
    for (const body of bodies) await ask(ours.url, body);

    const send = loader(resources, bodies);
    const seconds = 1;
    const rounds = quick ? 3 : 25;
    progress(`${2 * rounds} loads of ${seconds} s`);
    const pairs = await loadInTurn((server) => send(server, seconds), rounds, ours, echo);
    yield* throughputRows('POST /voucher on workerd', pairs, 'echo', null);

    const required = await startWorkerd(resources, 'required', 'test/bench/peers/required.ts');
    progress(`${2 * rounds} loads of ${seconds} s, with the id, the headers and the line`);
    const bare = await loadInTurn((server) => send(server, seconds), rounds, ours, required);
    yield* throughputRows(REQUIRED, bare, 'echo', atLeast(0.97));
  },
};
