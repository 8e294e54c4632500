import { introspectWorkflow, type WorkflowModifier } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { withRoutes } from '../../src/routes/ingestion.ts';
import { bundledStore } from '../../src/store/bundled.ts';
import {
  afresh,
  built,
  fileBytes,
  idle,
  ingestion,
  keysBelow,
  liveText,
  namesIn,
  patrolled,
} from './support/pipeline.ts';

afresh();

const FILES = namesIn('twenty');
const POISON = ['poison-1.csv', 'poison-2.csv', 'poison-3.csv'];
const ALL = FILES.length + POISON.length;
/** The numbers of a seed, from 0 to 1 (Numerical Recipes): a failure can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The steps of a run that finds all files at once. */
const STEPS = [
  ...[...FILES, ...POISON].map((_, index) => `count ${index + 1} of ${ALL}`),
  ...FILES.map((_, index) => `look at ${index + 1} of ${FILES.length}`),
  ...['list', 'take in', 'merge 1 of 1', 'estimate', 'publish', 'sweep', 'finish'],
];

/** Has a third of the steps fail, most of them for some attempts, and a few for good, so that their run fails. */
async function failAtRandom(modifier: WorkflowModifier, random: () => number): Promise<void> {
  await modifier.disableRetryDelays();
  for (const name of STEPS) {
    if (random() > 1 / 3) continue;
    const times = random() < 1 / 40 ? undefined : 1 + Math.floor(random() * 4);
    await modifier.mockStepError({ name }, new Error('at random'), times);
  }
}

// With the first seed a step fails for good, and the run with it.
it.each([1, 3])(
  'twenty uploads at once, with steps that fail at random (%i), end as a clean build of them',
  async (seed) => {
    const app = createApp({
      store: bundledStore(null),
      clock: systemClock,
      log: () => {},
      adminToken: 'token',
      ingestion: withRoutes(ingestion()),
    });
    const upload = (name: string) => {
      const body = POISON.includes(name) ? new TextEncoder().encode(`nonsense ${name}`) : fileBytes(name);
      const headers = { authorization: 'Bearer token', 'content-length': String(body.length) };
      return app.request(`/uploads/${name}`, { method: 'PUT', headers, body });
    };
    {
      const random = randomFrom(seed);
      await using workflow = await introspectWorkflow(env.INGEST);
      await workflow.modifyAll((modifier) => failAtRandom(modifier, random));
      const answers = await Promise.all([...FILES, ...POISON].map(upload));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      // Through the real queue, whose batches come as they come.
      const hasBegun = async () => expect(await ingestion().sequencer.runs()).not.toEqual([]);
      await vi.waitFor(hasBegun, { timeout: 60_000 });
      await idle();
    }
    // What a run could not do, the next one does.
    const isAsBuilt = async () => {
      await patrolled();
      expect(await liveText()).toBe(built('twenty'));
    };
    await vi.waitFor(isAsBuilt, { timeout: 100_000 });
    const aside = (await keysBelow('quarantine/')).filter((key) => key.endsWith('.csv'));
    expect(aside).toEqual(POISON.map((name) => `quarantine/${name}`));
  },
);
