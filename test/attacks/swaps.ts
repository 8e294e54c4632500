import { setTimeout as sleep } from 'node:timers/promises';
import { MOST_TABLE_BYTES } from '../../src/core/artifact/read-table.ts';
import { bundledArtifact } from '../bench/support/requests.ts';
import { Resources } from '../bench/support/resources.ts';
import { type Published, startInspected } from '../bench/support/workerd.ts';
import { tableOfCountries } from '../support/many-countries.ts';
import type { Attack, Outcome } from './attack.ts';
import { HEAP_MEBIBYTES, peakUnderLoad } from './under-load.ts';

/** Two tables as large as they may be. */
async function largest(): Promise<Published[]> {
  const { table } = await bundledArtifact();
  const sized = (count: number, default_amount: number) =>
    tableOfCountries({ ...table, config: { ...table.config, default_amount } }, count);
  const [small, twice] = [(await sized(500, 1)).text.length, (await sized(1000, 1)).text.length];
  // The names of more countries are longer.
  const count = Math.floor((0.995 * (MOST_TABLE_BYTES - small)) / ((twice - small) / 500)) + 500;
  return await Promise.all(
    [1, 2].map(async (amount) => {
      const { table, text } = await sized(count, amount);
      if (text.length > MOST_TABLE_BYTES || text.length < 0.98 * MOST_TABLE_BYTES)
        throw new Error(`expected a table just below ${MOST_TABLE_BYTES} bytes, got ${text.length}`);
      return { version: table.version, text };
    }),
  );
}

/** The whole Worker in workerd, under load, while each second another table is live. */
async function swapLargest(seconds: number): Promise<Outcome> {
  const fell: string[] = [];
  const resources = new Resources();
  try {
    const published = await largest();
    const inspected = await startInspected(resources, 'swaps', 'src/worker.ts', published, {
      swapMs: 1000,
      v8Flags: [`--max-heap-size=${HEAP_MEBIBYTES}`],
    });
    let [answered, swaps, last] = [0, 0, ''];
    const load = {
      clients: 16,
      work: () => sleep(seconds * 1000),
      onAnswer(version: string | undefined) {
        answered++;
        if (version !== last && version !== undefined) [swaps, last] = [swaps + 1, version];
      },
    };
    const peak = await peakUnderLoad(inspected, load, fell);
    if (swaps < seconds / 2) fell.push(`it swapped only ${swaps} times in ${seconds} s`);
    return { tried: answered, fell, note: `${swaps} swaps, at most ${Math.round(peak / 1e6)} MB` };
  } finally {
    resources.release();
  }
}

export const swapAttacks: Attack[] = [
  {
    name: 'workerd swaps',
    about:
      'another table of the largest size each second, 3 s for each round, under load: each request is answered, in 128 MB',
    run: (rounds) => swapLargest(rounds * 3),
  },
];
