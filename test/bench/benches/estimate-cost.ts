import { stream } from '../../../build/engines/stream.ts';
import { DEFAULT_CONFIG, readConfig } from '../../../build/files/config-file.ts';
import { expandInputs } from '../../../build/read/inputs.ts';
import { assembleArtifact } from '../../../src/core/artifact/assemble.ts';
import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { atMost, type Bench } from '../bench.ts';
import { figure } from '../support/format.ts';
import { history } from '../support/history.ts';
import { inTurn, median, medianRatio } from '../support/statistics.ts';

/** How often the history is in the larger cube. */
const TIMES = 29;

/** The time from cube to artifact with many times the rows in the same cells. */
export const estimateCost: Bench = {
  name: 'estimate-cost',
  about: `the time from cube to artifact with ${TIMES} times the rows, to that with them once`,

  async *run({ quick, progress }) {
    const rounds = quick ? 3 : 31;
    const config = await readConfig(DEFAULT_CONFIG);
    const { path, label, rows } = await history(1);
    progress(`counting ${label}`);
    const inputs = await expandInputs([path]);
    const { cube: once } = await stream({ config, inputs, rejects: null, onProgress: () => {} });
    // A cube is a sum: added up again and again it is what a file of so many times the rows gives.
    const many = new Cube(cubeLayout(config));
    for (let copy = 0; copy < TIMES; copy++) many.merge(once);

    const artifactFrom = (cube: Cube) => async () => {
      const started = performance.now();
      const { texts } = await assembleArtifact(cube, [], config);
      if (texts.table.length === 0) throw new Error('expected an artifact');
      return performance.now() - started;
    };
    const contenders = { many: artifactFrom(many), once: artifactFrom(once) };
    for (let warm = 0; warm < 5; warm++) for (const run of Object.values(contenders)) await run();
    progress(`${2 * rounds} rounds`);
    const pairs = await inTurn(rounds, contenders);
    yield {
      what: `cube to artifact: ${(rows * TIMES).toLocaleString('en-US')} rows`,
      ours: `${figure(median(pairs.many))} ms`,
      peer: `${rows.toLocaleString('en-US')} rows ${figure(median(pairs.once))} ms`,
      ratio: medianRatio(pairs.many, pairs.once),
      target: atMost(1.05),
    };
  },
};
