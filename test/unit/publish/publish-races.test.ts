import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../../src/core/errors.ts';
import { readBody, statisticsKey } from '../../../src/core/publish/bodies.ts';
import { listEntries, liveSpans } from '../../../src/core/publish/history.ts';
import type { KeyValue } from '../../../src/core/publish/key-value.ts';
import type { Entry } from '../../../src/core/publish/pointer.ts';
import { prune } from '../../../src/core/publish/prune.ts';
import {
  ConflictError,
  change,
  HeldError,
  livePointer,
  type Moved,
  type Mover,
  publish,
} from '../../../src/core/publish/publish.ts';
import { type ArtifactKv, kvSource } from '../../../src/store/kv.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { everyOrder, inTurns, type Turn } from '../../support/interleave.ts';
import { type MemoryKv, memoryKv } from '../../support/memory-kv.ts';

const [A, B, C, D] = await Promise.all([
  artifactGiving(10),
  artifactGiving(20),
  artifactGiving(30),
  artifactGiving(40),
]);
const at = (day: number): Mover => ({ by: 'ana', now: Date.UTC(2026, 10, day) });

const published = memoryKv(100);
for (const [index, artifact] of [A, B, C].entries()) await publish(published, artifact, at(index + 1));

/** A, B and C were published on three days; C is live, B was before it, and A is no longer needed. */
function threePublished(): MemoryKv {
  const kv = memoryKv(100);
  for (const [key, stored] of published.values) kv.values.set(key, stored);
  return kv;
}

type Operation = (kv: KeyValue) => Promise<unknown>;

const NOW = at(9);
const OPERATIONS: Record<string, Operation> = {
  'publish A, which is old': (kv) => publish(kv, A, NOW),
  'publish B, which was before': (kv) => publish(kv, B, NOW),
  'publish C, which is live': (kv) => publish(kv, C, NOW),
  'publish D, which is new': (kv) => publish(kv, D, NOW),
  'roll back': (kv) => change(kv, { action: 'rollback', version: null }, NOW),
  'roll back to A': (kv) => change(kv, { action: 'rollback', version: A.version }, NOW),
  prune: (kv) => prune(kv, { keep: 0, now: NOW.now }),
};

/** What must hold once all is done: what is live can be read, and the history tells of it. */
async function expectSound(kv: KeyValue, when: string): Promise<void> {
  const pointer = await livePointer(kv);
  const body = await readBody(kv, pointer?.version ?? '');
  expect([when, body]).toMatchObject([when, { ok: true }]);
  const statistics = await kv.get(statisticsKey(pointer?.version ?? ''));
  expect([when, statistics === null]).toEqual([when, false]);
  const spans = liveSpans(await listEntries(kv), pointer);
  expect([when, spans.at(-1)]).toMatchObject([when, { ...pointer, to: null }]);
}

describe('two at once, in every order of their steps', () => {
  const names = Object.keys(OPERATIONS);
  const pairs = names.flatMap((one, index) =>
    names.slice(index).map((other): [string, string] => [one, other]),
  );

  it.each(pairs)('%s; %s', async (one, other) => {
    const orders = await everyOrder(async () => {
      const kv = threePublished();
      const program = (name: string) => (turn: Turn) => (OPERATIONS[name] as Operation)(inTurns(kv, turn));
      return {
        programs: [program(one), program(other)],
        async check(outcomes, order) {
          await expectSound(kv, order);
          for (const outcome of outcomes) {
            // A version that is deleted at this moment may be refused, and nothing else.
            if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DataError);
          }
          // A publish is refused when the rollback was first, since that holds.
          const refused = outcomes.filter(({ status }) => status === 'rejected');
          if (one !== 'prune' && other !== 'prune') {
            for (const outcome of refused) {
              expect(outcome).toMatchObject({ reason: expect.any(ConflictError) });
            }
            if (!`${one} ${other}`.includes('roll back')) expect(refused).toEqual([]);
          }
        },
      };
    });
    expect(orders).toBeGreaterThanOrEqual(4);
  });
});

describe('a Worker that starts in any moment', () => {
  const WRITERS: Record<string, Operation> = {
    ...OPERATIONS,
    'publish twice and prune': async (kv) => {
      await publish(kv, D, NOW);
      await publish(kv, A, NOW);
      await prune(kv, { keep: 0, now: NOW.now });
    },
    'roll back, publish and prune': async (kv) => {
      await change(kv, { action: 'rollback', version: null }, NOW);
      await change(kv, { action: 'release', version: null }, NOW);
      await publish(kv, D, NOW);
      await prune(kv, { keep: 0, now: NOW.now });
    },
  };

  it.each(Object.keys(WRITERS))('finds what its pointer points to: %s', async (name) => {
    await everyOrder<unknown>(async () => {
      const kv = threePublished();
      return {
        programs: [
          (turn) => (WRITERS[name] as Operation)(inTurns(kv, turn)),
          (turn) => kvSource(reading(kv, turn)).load(null),
        ],
        async check([, read], order) {
          expect([order, read]).toMatchObject([order, { status: 'fulfilled', value: { kind: 'current' } }]);
        },
      };
    });
  });
});

describe('an operator who prunes, then publishes what was pruned, while another one prunes', () => {
  it('has it live', async () => {
    await everyOrder<unknown>(async () => {
      const kv = threePublished();
      const pruning = { keep: 0, now: NOW.now };
      return {
        programs: [
          (turn) => prune(inTurns(kv, turn), pruning),
          async (turn) => {
            await turn();
            await prune(kv, pruning);
            await publish(inTurns(kv, turn), A, NOW);
          },
        ],
        check: (_, order) => expectSound(kv, order),
      };
    });
  });
});

describe('where KV shows what was there a minute ago', () => {
  it('what was asked for last is live, and can be read', async () => {
    const step = fc.record({
      what: fc.constantFrom('publish', 'roll back', 'release', 'prune'),
      artifact: fc.constantFrom(A, B, C, D),
      place: fc.nat(1),
      /** Whether a minute has passed. */
      later: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const kv = threePublished();
        const places = [location(kv), location(kv)];
        /** The first place is that of a machine, which knows how it left the pointer. */
        let known: Entry | null = null;
        for (const [index, { what, artifact, place, later }] of steps.entries()) {
          if (later) for (const { forget } of places) forget();
          const mover = at(10 + index);
          const from = places[place]?.kv ?? kv;
          if (what === 'prune') await prune(kv, { keep: 0, now: mover.now });
          else if (what === 'release') {
            await change(from, { action: 'release', version: null }, mover).catch(() => null);
            continue;
          } else if (what === 'publish') {
            const options: Mover = { ...mover, known: place === 0 ? known : null };
            const done: unknown = await publish(from, artifact, options).catch((error: unknown) => error);
            if (done instanceof HeldError) continue;
            if (place === 0) known = (done as Moved).pointer;
          } else {
            const refused = await change(
              from,
              { action: 'rollback', version: artifact.version },
              mover,
            ).catch((error: unknown) => error);
            if (refused instanceof DataError) continue;
          }
          const pointer = await livePointer(kv);
          if (what !== 'prune') expect(pointer?.version).toBe(artifact.version);
          expect(await readBody(kv, pointer?.version ?? '')).toMatchObject({ ok: true });
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** A place of the network, which answers from what it read before until it forgets it. */
function location(kv: KeyValue): { kv: KeyValue; forget: () => void } {
  const seen = new Map<string, string | null>();
  return {
    forget: () => seen.clear(),
    kv: {
      ...kv,
      async get(key) {
        const value = seen.has(key) ? seen.get(key) : await kv.get(key);
        seen.set(key, value ?? null);
        return value ?? null;
      },
      async put(key, value, options) {
        await kv.put(key, value, options);
        seen.set(key, value);
      },
    },
  };
}

/** A store as the service reads it. */
function reading({ values }: MemoryKv, turn: Turn): ArtifactKv {
  async function get(key: string, { type }: { type: string }): Promise<string | ArrayBuffer | null> {
    await turn({ does: 'get', key });
    const value = values.get(key)?.value ?? null;
    return value === null || type === 'text' ? value : new TextEncoder().encode(value).buffer;
  }
  return { get: get as ArtifactKv['get'] };
}
