import type { Job } from '../../../build/engines/engine.ts';
import { answering } from '../../../build/engines/threads/answer.ts';
import { errorOf } from '../../../build/engines/threads/failure.ts';
import type { Workers } from '../../../build/engines/threads/pool.ts';
import type { Kind, Order, Setup, Work } from '../../../build/engines/threads/protocol.ts';

/** Does what worker threads do, in this one: a test of what is counted needs no threads. */
export function inThisThread(_: number, setup: Setup): Workers {
  const answer = answering(setup);
  const work = async (order: Order, onProgress: Job['onProgress']) => {
    const message = structuredClone(await answer(structuredClone(order), onProgress));
    if (message.kind === 'failed') throw errorOf(message.failure);
    if (message.kind !== 'done') throw new Error('expected the end of the work');
    return message.result;
  };
  return {
    run<K extends Kind>(kind: K, task: Work[K]['task'], onProgress: Job['onProgress'] = () => {}) {
      const result = work({ kind, task } as Order, onProgress);
      // As that of a pool, nothing may wait for it.
      result.catch(() => {});
      return result as Promise<Work[K]['result']>;
    },
    end: async () => {},
  };
}
