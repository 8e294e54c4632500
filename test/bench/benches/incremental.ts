import { rm } from 'node:fs/promises';
import { atMost, type Bench } from '../bench.ts';
import { buildDone, missingFromBuild } from '../support/builder.ts';
import { figure } from '../support/format.ts';
import { historyInParts } from '../support/history.ts';
import { missingForMeasuring } from '../support/measure.ts';
import { inTurn, median, medianRatio } from '../support/statistics.ts';
import { startWatch } from '../support/watching.ts';

const INCREMENTAL = ['--incremental'];

/** The price of one more file, when the cubes of the others are kept, to that of reading all of them. */
export const incremental: Bench = {
  name: 'incremental',
  about: 'a build after one file of 1 % was added to 100 files, to a full build',

  async *run({ resources, quick, progress }) {
    const because = missingForMeasuring() ?? (await missingFromBuild(resources, INCREMENTAL));
    if (because !== null) {
      yield { what: 'one file more', because };
      return;
    }
    const parts = await historyInParts(quick ? 1 : 29);
    const folder = resources.folder();
    for (let part = 0; part < parts.count; part++) await parts.write(part, folder);
    progress(`filling the cache from ${parts.label}`);
    await buildDone(resources, folder, INCREMENTAL);

    const rounds = quick ? 2 : 5;
    let next = parts.count;
    progress(`${rounds} rounds`);
    const { added, full } = await inTurn(rounds, {
      added: async () => {
        await parts.write(next++, folder);
        return (await buildDone(resources, folder, INCREMENTAL)).seconds;
      },
      full: async () => (await buildDone(resources, folder)).seconds,
    });
    yield {
      what: `one file more than ${parts.label}`,
      ours: `${figure(median(added))} s`,
      peer: `full build ${figure(median(full))} s`,
      ratio: medianRatio(added, full),
      target: atMost(0.05),
    };

    progress('a watch reads them all');
    const watch = startWatch(resources, folder);
    await watch.built();
    progress(`${rounds} rounds`);
    const watched = await inTurn(rounds, {
      added: async () => {
        await parts.write(next++, folder);
        return await watch.built();
      },
      full: async () => (await buildDone(resources, folder)).seconds,
    });
    yield {
      what: 'the same in a watch that runs, from files that are whole to the artifact',
      ours: `${figure(median(watched.added))} s`,
      peer: `full build ${figure(median(watched.full))} s`,
      ratio: medianRatio(watched.added, watched.full),
      target: null,
    };
    await rm(folder, { recursive: true, force: true });
  },
};
