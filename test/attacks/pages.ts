import { MOST_PARTS_SERVED, PART_CHARACTERS } from '../../src/core/publish/bodies.ts';
import { Resources } from '../bench/support/resources.ts';
import { realArtifact } from '../bench/support/table.ts';
import { type Published, startInspected } from '../bench/support/workerd.ts';
import { ofCountries } from '../support/many-countries.ts';
import type { Attack, Outcome } from './attack.ts';
import { HEAP_MEBIBYTES, peakUnderLoad } from './under-load.ts';

/** What reads statistics, of one version or of two. */
const PAGES = [
  '/artifact/segments',
  '/artifact/segments?trend=true',
  '/artifact/report',
  '/guards',
  '/versions/diff',
];

/** Two versions whose statistics are as large as a service reads, or with one country more than that. */
async function twoVersions(more: number): Promise<Published[]> {
  const { label: _, ...real } = await realArtifact();
  const each = real.texts.statistics.length / real.table.countries.length;
  const count = Math.floor((MOST_PARTS_SERVED * PART_CHARACTERS) / each) + more;
  return await Promise.all(
    [1, 2].map(async (default_amount) => {
      const config = { ...real.table.config, default_amount };
      const { version, texts } = await ofCountries({ ...real, table: { ...real.table, config } }, count);
      return { version, text: texts.table, statistics: texts.statistics };
    }),
  );
}

/** All pages at once, again and again, while vouchers are asked for. @param expected what each page answers */
async function openPages(
  published: readonly Published[],
  rounds: number,
  expected: number,
): Promise<Outcome> {
  const fell: string[] = [];
  const resources = new Resources();
  try {
    const inspected = await startInspected(resources, 'pages', 'src/worker-core.ts', published, {
      swapMs: 1e12,
      v8Flags: [`--max-heap-size=${HEAP_MEBIBYTES}`],
    });
    let tried = 0;
    const open = async (page: string) => {
      const answer = await fetch(new URL(page, inspected.server.url)).catch((error: Error) => error);
      if (!(answer instanceof Response)) return void fell.push(`${page} ended with ${answer.message}`);
      await answer.arrayBuffer();
      tried++;
      if (answer.status !== expected) fell.push(`${page} ended with ${answer.status}`);
    };
    const all = async () => {
      for (let round = 0; round < rounds; round++) await Promise.all(PAGES.map(open));
    };
    const peak = await peakUnderLoad(inspected, { clients: 4, work: all }, fell);
    return { tried, fell, note: `at most ${Math.round(peak / 1e6)} MB` };
  } finally {
    resources.release();
  }
}

const attack = (name: string, about: string, more: number, expected: number): Attack => ({
  name,
  about,
  run: async (rounds) => openPages(await twoVersions(more), Math.ceil(rounds / 40), expected),
});

export const pageAttacks: Attack[] = [
  attack(
    'workerd pages',
    'the pages that read statistics, all at once under load, with the largest that are read: answered, in 128 MB',
    -1,
    200,
  ),
  attack(
    'workerd pages too large',
    'the same with statistics that are larger: each page refuses with a sentence, and vouchers are answered',
    1,
    503,
  ),
];
