import { expect, it, vi } from 'vitest';
import { listEntries, liveSpans } from '../../../src/core/publish/history.ts';
import { ConflictError, change, livePointer, publish } from '../../../src/core/publish/publish.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { memoryKv } from '../../support/memory-kv.ts';

vi.setConfig({ testTimeout: 120_000 });

const [BUNDLED, A, B] = await Promise.all([5, 10, 20].map((amount) => artifactGiving(amount)));
if (!BUNDLED || !A || !B) throw new Error('three artifacts');

/** What is live, in a few lines: versions lie on a pile, and a rollback takes away those above its target. */
interface Model {
  pile: string[];
  held: boolean;
}

const MOVES = {
  'publish A': ({ pile, held }: Model) => !held && put(pile, A.version),
  'publish B': ({ pile, held }: Model) => !held && put(pile, B.version),
  'roll back': (model: Model) => model.pile.length > 1 && model.pile.pop() !== undefined && keep(model),
  'roll back to A': (model: Model) => {
    const at = model.pile.lastIndexOf(A.version);
    if (at === -1) return false;
    model.pile.length = at + 1;
    return keep(model);
  },
  hold: (model: Model) => model.pile.length > 0 && keep(model),
  release: (model: Model) => {
    const { held } = model;
    model.held = false;
    return held;
  },
};
type Name = keyof typeof MOVES;
const NAMES = Object.keys(MOVES) as Name[];

function put(pile: string[], version: string): boolean {
  if (pile.length === 0) pile.push(BUNDLED?.version ?? '');
  if (pile.at(-1) !== version) pile.push(version);
  return true;
}

function keep(model: Model): boolean {
  model.held = true;
  return true;
}

function orders(length: number): Name[][] {
  return length === 0 ? [[]] : orders(length - 1).flatMap((order) => NAMES.map((name) => [...order, name]));
}

it('what is live and held is what the model says, after every order of moves', async () => {
  for (const order of orders(4)) {
    const kv = memoryKv(1000);
    const model: Model = { pile: [], held: false };
    for (const [index, name] of order.entries()) {
      // A version that is named may be one that the pile no longer has: then it is put on it again.
      const stored = kv.values.has(`artifact:${A.version}`);
      const again = name === 'roll back to A' && stored && !model.pile.includes(A.version);
      if (again) put(model.pile, A.version);
      const allowed = again ? keep(model) : MOVES[name](model);
      const mover = {
        by: 'ana',
        now: Date.UTC(2026, 10, 1, index),
        ...(name.startsWith('publish') && { bundled: async () => BUNDLED }),
      };
      const done = await {
        'publish A': () => publish(kv, A, mover),
        'publish B': () => publish(kv, B, mover),
        'roll back': () => change(kv, { action: 'rollback', version: null }, mover),
        'roll back to A': () => change(kv, { action: 'rollback', version: A.version }, mover),
        hold: () => change(kv, { action: 'hold', version: null }, mover),
        release: () => change(kv, { action: 'release', version: null }, mover),
      }
        [name]()
        .then(() => true)
        .catch((error: unknown) => {
          if (!(error instanceof Error)) throw error;
          return error instanceof ConflictError || error.message.includes('cannot roll back') ? false : error;
        });
      const pointer = await livePointer(kv);
      const found = { done, live: pointer?.version, held: pointer !== null && pointer.hold !== null };
      const expected = { done: allowed, live: model.pile.at(-1), held: model.held };
      expect([order, index, found]).toEqual([order, index, expected]);
    }
    // The history is an unbroken line of what was live.
    const spans = liveSpans(await listEntries(kv), await livePointer(kv));
    for (const [index, span] of spans.slice(1).entries()) expect(span.previous).toBe(spans[index]?.version);
  }
});
