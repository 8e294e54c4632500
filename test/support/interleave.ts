import { statisticsKey } from '../../src/core/publish/bodies.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';

const STATISTICS = statisticsKey('');

/** Waited for before each operation on a store. */
export type Turn = () => Promise<void>;

/** What one of two writers does; each operation on its store waits for its turn. */
export type Program<T> = (turn: Turn) => Promise<T>;

/**
 * Runs two programs in every order in which their turns can follow each other, from a fresh start each time.
 *
 * @param begin makes the two programs, over a store of their own @param check is called when both have ended
 * @returns in how many orders
 */
export async function everyOrder<T>(
  begin: () => Promise<{
    programs: readonly [Program<T>, Program<T>];
    check: (outcomes: readonly PromiseSettledResult<T>[], order: string) => Promise<void>;
  }>,
): Promise<number> {
  let orders = 0;
  let next: number[] | null = [];
  while (next !== null) {
    const { programs, check } = await begin();
    const { taken, outcomes }: Run<T> = await runInOrder(programs, next);
    await check(outcomes, taken.map(({ which }) => which).join(''));
    orders++;
    const at: number = taken.findLastIndex(({ which, free }) => free && which === 0);
    next = at === -1 ? null : [...taken.slice(0, at).map(({ which }) => which), 1];
  }
  return orders;
}

interface Taken {
  which: number;
  /** Whether the other one could have had the turn. */
  free: boolean;
}

interface Run<T> {
  taken: Taken[];
  outcomes: PromiseSettledResult<T>[];
}

async function runInOrder<T>(programs: readonly Program<T>[], order: readonly number[]): Promise<Run<T>> {
  const waiting = new Map<number, () => void>();
  let running = programs.length;
  let wake = () => {};
  const rest = () => {
    running--;
    wake();
  };
  const ends = programs.map((program, which) =>
    program(
      () =>
        new Promise((resolve) => {
          waiting.set(which, resolve);
          rest();
        }),
    ).finally(rest),
  );
  const outcomes = Promise.allSettled(ends);
  const taken: Taken[] = [];
  for (;;) {
    while (running > 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const [first] = waiting.keys();
    if (first === undefined) return { taken, outcomes: await outcomes };
    const free = waiting.size > 1;
    const which = free ? (order[taken.length] ?? 0) : first;
    taken.push({ which, free });
    const go = waiting.get(which);
    waiting.delete(which);
    running++;
    go?.();
  }
}

/**
 * A store whose operations wait for their turns. Those on statistics do not: nothing is decided by them, and with them
 * the orders would be a hundred times as many.
 */
export function inTurns(kv: KeyValue, everyTurn: Turn): KeyValue {
  const turnFor = (key: string) => (key.startsWith(STATISTICS) ? Promise.resolve() : everyTurn());
  return {
    get: (key) => turnFor(key).then(() => kv.get(key)),
    put: (key, value, options) => turnFor(key).then(() => kv.put(key, value, options)),
    delete: (key) => turnFor(key).then(() => kv.delete(key)),
    list: (options) => turnFor(options.prefix).then(() => kv.list(options)),
  };
}
