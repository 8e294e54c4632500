import { atMost, type Bench } from '../bench.ts';
import { buildDone } from '../support/builder.ts';
import { figure } from '../support/format.ts';
import { history } from '../support/history.ts';
import { measureDone, missingForMeasuring } from '../support/measure.ts';
import { median } from '../support/statistics.ts';

/** Peak memory of a build from CSV. The limit is a number of megabytes, so the ratio column holds just that. */
export const buildMemory: Bench = {
  name: 'build-memory',
  about: 'peak memory of build:artifact on 198,674 rows of CSV',

  async *run({ resources, quick, progress }) {
    const missing = missingForMeasuring();
    if (missing !== null) {
      yield { what: 'peak memory of a build', because: missing };
      return;
    }
    const { path, label } = await history(1);
    const peaks: number[] = [];
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      progress(`build ${round + 1}`);
      peaks.push((await buildDone(resources, path)).peakMegabytes);
    }
    const idle = await measureDone(resources, process.execPath, ['-e', '0']);
    yield {
      what: `build of ${label}: peak memory in MB`,
      ours: `${figure(median(peaks))} MB`,
      peer: `node -e 0 ${figure(idle.peakMegabytes)} MB`,
      ratio: median(peaks),
      target: atMost(200),
    };
  },
};
