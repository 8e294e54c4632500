import { statisticsKey } from '../../src/core/publish/bodies.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';

const STATISTICS = statisticsKey('');

/** An operation on a store. */
export interface Step {
  does: 'get' | 'put' | 'delete' | 'list';
  /** Of a list, how its keys begin. */
  key: string;
}

/** Waited for before each operation on a store; without a step, before anything else. */
export type Turn = (step?: Step) => Promise<void>;

/** What one of two writers does; each operation on its store waits for its turn. */
export type Program<T> = (turn: Turn) => Promise<T>;

/**
 * Runs two programs in every order of their turns that can matter, from a fresh start each time: of orders that differ
 * only in what came first of two steps on other keys, or of two reads, one is run to its end.
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
  let next: Order | null = { turns: [], later: null };
  while (next !== null) {
    const { programs, check } = await begin();
    const { taken, outcomes }: Run<T> = await runInOrder(programs, next);
    if (outcomes !== null) {
      await check(outcomes, taken.map(({ which }) => which).join(''));
      orders++;
    }
    const at: number = taken.findLastIndex(({ which, free }) => free && which === 0);
    next =
      at === -1
        ? null
        : {
            turns: [...taken.slice(0, at).map(({ which }) => which), 1],
            later: (taken[at] as Taken).did,
          };
  }
  return orders;
}

interface Order {
  /** Whose turns the first ones are. */
  turns: readonly number[];
  /** What the first program did at the last of these turns, in an order that was run before. */
  later: readonly Step[] | null;
}

interface Taken {
  which: number;
  /** Whether the other one could have had the turn. */
  free: boolean;
  /** What was done until the next turn. */
  did: Step[];
}

interface Run<T> {
  taken: Taken[];
  /** Null for an order that gives what another one gave. */
  outcomes: PromiseSettledResult<T>[] | null;
}

async function runInOrder<T>(programs: readonly Program<T>[], order: Order): Promise<Run<T>> {
  const waiting = new Map<number, { steps: Step[]; go: () => void }>();
  const doing = programs.map((): Step[] => []);
  let running = programs.length;
  let wake = () => {};
  const rest = () => {
    running--;
    wake();
  };
  const turnOf =
    (which: number): Turn =>
    (step) => {
      if (step?.key.startsWith(STATISTICS)) {
        doing[which]?.push(step);
        return Promise.resolve();
      }
      return new Promise((go) => {
        waiting.set(which, { steps: step ? [step] : [], go });
        rest();
      });
    };
  const ends = programs.map((program, which) => program(turnOf(which)).finally(rest));
  const outcomes = Promise.allSettled(ends);
  const taken: Taken[] = [];
  /** What the first program is about to do; while nothing is done that it could tell from before, it waits. */
  let later: readonly Step[] | null = null;
  for (;;) {
    while (running > 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const last = taken.at(-1);
    if (taken.length === order.turns.length) later = order.later;
    if (later !== null && last !== undefined && conflict(later, last.did)) later = null;
    const [first] = waiting.keys();
    if (first === undefined) return { taken, outcomes: await outcomes };
    if (later !== null && !waiting.has(1)) return { taken, outcomes: null };
    const free = waiting.size > 1 && later === null;
    const which = later !== null ? 1 : free ? (order.turns[taken.length] ?? 0) : first;
    const { steps, go } = waiting.get(which) as { steps: Step[]; go: () => void };
    waiting.delete(which);
    doing[which] = steps;
    taken.push({ which, free, did: steps });
    running++;
    go();
  }
}

/** Whether the order of what was done can matter. */
function conflict(some: readonly Step[], others: readonly Step[]): boolean {
  return some.some((one) => others.some((other) => disturbs(one, other) || disturbs(other, one)));
}

/** Whether a write is seen by another step. */
function disturbs({ does, key }: Step, other: Step): boolean {
  if (does !== 'put' && does !== 'delete') return false;
  return other.does === 'list' ? key.startsWith(other.key) : key === other.key;
}

/**
 * A store whose operations wait for their turns. Those on statistics do not: nothing is decided by them, and with them
 * the orders would be a hundred times as many.
 */
export function inTurns(kv: KeyValue, turn: Turn): KeyValue {
  return {
    get: (key) => turn({ does: 'get', key }).then(() => kv.get(key)),
    put: (key, value, options) => turn({ does: 'put', key }).then(() => kv.put(key, value, options)),
    delete: (key) => turn({ does: 'delete', key }).then(() => kv.delete(key)),
    list: (options) => turn({ does: 'list', key: options.prefix }).then(() => kv.list(options)),
  };
}
