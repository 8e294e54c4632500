import { atLeast, type Bench } from '../bench.ts';
import { startDeno, startService } from '../support/deno.ts';
import { missingForFlask, startFlask, startRedis } from '../support/flask.ts';
import { loader, loadInTurn } from '../support/load.ts';
import { bundledArtifact, requestMix, sameAmounts } from '../support/requests.ts';
import { throughputRows } from '../support/throughput.ts';
import { which } from '../support/which.ts';

const WHAT = 'POST /voucher on Deno';

/** The whole service on Deno against an echo there, and against the first system's stack: Flask, gunicorn, Redis. */
export const deno: Bench = {
  name: 'deno',
  about: 'POST /voucher on Deno, to an echo there and to Flask behind gunicorn with Redis',

  async *run({ resources, quick, progress }) {
    if (which('wrk') === null) {
      yield { what: WHAT, because: 'wrk is not installed (Debian: apt-get install wrk)' };
      return;
    }
    const bodies = requestMix(await bundledArtifact());
    const send = loader(resources, bodies);
    const seconds = 1;
    const rounds = quick ? 3 : 25;
    const ours = await startService(resources, 'voucher-edge');
    const echo = await startDeno(resources, 'echo', 'test/bench/peers/echo.ts');
    progress(`${2 * rounds} loads of ${seconds} s`);
    const pairs = await loadInTurn((server) => send(server, seconds), rounds, ours, echo);
    yield* throughputRows(WHAT, pairs, 'echo', null);

    const plain = await startDeno(resources, 'deno-serve', 'test/bench/peers/plain.ts');
    progress(`${2 * rounds} loads of ${seconds} s, with metrics, versions and a clean end`);
    const own = await loadInTurn((server) => send(server, seconds), rounds, ours, plain);
    yield* throughputRows(`${WHAT}, to its routes alone under deno serve`, own, 'deno serve', atLeast(0.97));

    const required = await startDeno(resources, 'required', 'test/bench/peers/required.ts');
    progress(`${2 * rounds} loads of ${seconds} s, with the id, the headers and the line`);
    const bare = await loadInTurn((server) => send(server, seconds), rounds, ours, required);
    yield* throughputRows(`${WHAT}, to an echo with id, headers and line`, bare, 'echo', atLeast(0.85));

    const missing = await missingForFlask();
    if (missing !== null) {
      yield { what: `${WHAT}, to the first system's stack`, because: missing };
      return;
    }
    const redis = await startRedis(resources);
    for (const kind of ['sync', 'gthread'] as const) {
      const flask = await startFlask(resources, redis, kind);
      await sameAmounts(ours.url, flask.url, bodies);
      progress(`${2 * rounds} loads of ${seconds} s, ${flask.name}`);
      const load = await loadInTurn((server) => send(server, seconds), rounds, ours, flask);
      yield* throughputRows(WHAT, load, flask.name, atLeast(10)).slice(0, 1);
    }
  },
};
