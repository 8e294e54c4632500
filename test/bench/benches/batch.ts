import { atLeast, type Bench } from '../bench.ts';
import { figure } from '../support/format.ts';
import { loader, loadInTurn } from '../support/load.ts';
import { bundledArtifact, requestMix, type VoucherBody } from '../support/requests.ts';
import { median, medianRatio } from '../support/statistics.ts';
import { which } from '../support/which.ts';
import { startWorkerd } from '../support/workerd.ts';

const ENTRIES = 10_000;

/** Decisions through POST /vouchers against decisions through POST /voucher, in one process of workerd. */
export const batch: Bench = {
  name: 'batch',
  about: 'decisions a second through POST /vouchers on workerd, to POST /voucher',

  async *run({ resources, quick, progress }) {
    const what = `POST /vouchers with ${ENTRIES.toLocaleString('en-US')} entries`;
    if (which('wrk') === null) {
      yield { what, because: 'wrk is not installed (Debian: apt-get install wrk)' };
      return;
    }
    const bodies = requestMix(await bundledArtifact());
    const many = Array.from({ length: ENTRIES }, (_, index) => bodies[index % bodies.length] ?? {});
    progress('bundling and starting');
    const server = await startWorkerd(resources, 'voucher-edge', 'src/worker.ts');
    const single = { send: loader(resources, bodies), server };
    const batches = {
      send: loader(resources, [many]),
      server: { ...server, name: 'batch', url: `${server.url}s` },
    };
    await sameAnswers(server.url, bodies);

    const seconds = quick ? 1 : 3;
    const rounds = quick ? 3 : 9;
    progress(`${2 * rounds} loads of ${seconds} s`);
    const { ours, peer } = await loadInTurn(
      (target) => (target === server ? single : batches).send(target, seconds),
      rounds,
      batches.server,
      single.server,
    );
    const decisions = ours.map(({ requestsPerSecond }) => requestsPerSecond * ENTRIES);
    const requests = peer.map(({ requestsPerSecond }) => requestsPerSecond);
    yield {
      what,
      ours: `${figure(median(decisions))} decisions/s`,
      peer: `one by one ${figure(median(requests))} decisions/s`,
      ratio: medianRatio(decisions, requests),
      target: atLeast(20),
    };
  },
};

/** Makes sure that both ways do the work. */
async function sameAnswers(url: string, bodies: readonly VoucherBody[]): Promise<void> {
  const send = async (to: string, body: unknown): Promise<unknown> => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    return (await fetch(to, init)).json();
  };
  const together = JSON.stringify(await send(`${url}s`, bodies));
  const apart = JSON.stringify(await Promise.all(bodies.map((body) => send(url, body))));
  if (together !== apart) throw new Error(`expected the same answers, got ${together} and ${apart}`);
}
