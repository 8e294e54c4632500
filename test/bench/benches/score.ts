import { join } from 'node:path';
import { atMost, type Bench } from '../bench.ts';
import { AS_OF, customers } from '../support/customers.ts';
import { figure } from '../support/format.ts';
import { type Measured, measureDone, missingForMeasuring } from '../support/measure.ts';
import { inProject } from '../support/project.ts';
import { inTurn, median, medianRatio } from '../support/statistics.ts';

/** As npm runs it: package.json has the same. */
const SCORE = [
  '--min-semi-space-size=16',
  '--initial-old-space-size=64',
  '--import',
  inProject('build/cli/compile-cache.mjs'),
  inProject('build/commands/score.ts'),
];
const PAPAPARSE = inProject('test/bench/peers/papaparse.mjs');
const ROWS = 1_000_000;

/** A campaign from CSV to CSV against papaparse, which only parses the same file; whole processes. */
export const score: Bench = {
  name: 'score',
  about: 'score of a million customers from CSV to CSV, to papaparse that parses the file',

  async *run({ resources, quick, progress }) {
    const missing = missingForMeasuring();
    if (missing !== null) {
      yield { what: 'score of a million customers', because: missing };
      return;
    }
    progress('making the customers');
    const path = await customers(ROWS);
    const output = join(resources.folder(), 'vouchers.csv');
    const scored = (input: string): Promise<Measured> => {
      const options = [
        '--segment',
        'recency_segment',
        '--as-of',
        AS_OF,
        '--artifact',
        inProject('artifacts/current.json'),
      ];
      const config = ['--config', inProject('config/voucher.json')];
      const args = [...SCORE, '--input', input, '--output', output, ...options, ...config];
      return measureDone(resources, process.execPath, args);
    };
    const rounds = quick ? 1 : 7;
    progress(`${2 * rounds} runs`);
    const { ours, peer } = await inTurn(rounds, {
      ours: () => scored(path),
      peer: () => measureDone(resources, process.execPath, [PAPAPARSE, path]),
    });
    const seconds = (runs: readonly Measured[]) => runs.map((run) => run.seconds);
    const megabytes = (runs: readonly Measured[]) => median(runs.map((run) => run.peakMegabytes));
    yield {
      what: 'score of 1,000,000 customers, CSV to CSV',
      ours: `${figure(median(seconds(ours)))} s`,
      peer: `papaparse alone ${figure(median(seconds(peer)))} s`,
      ratio: medianRatio(seconds(ours), seconds(peer)),
      target: atMost(2.5),
    };
    const quarter = await scored(await customers(ROWS / 4));
    yield {
      what: 'its peak memory in MB',
      ours: `${figure(megabytes(ours))} MB`,
      peer: `for 250,000 customers ${figure(quarter.peakMegabytes)} MB`,
      ratio: megabytes(ours),
      target: atMost(200),
    };
  },
};
