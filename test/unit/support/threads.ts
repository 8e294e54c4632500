import { answering } from '../../../build/engines/threads/answer.ts';
import { errorOf } from '../../../build/engines/threads/failure.ts';
import type { Workers } from '../../../build/engines/threads/pool.ts';
import type { Setup } from '../../../build/engines/threads/protocol.ts';

/** Does what worker threads do, in this one: a test of what is counted needs no threads. */
export function inThisThread(_: number, setup: Setup): Workers {
  const answer = answering(setup);
  const work: Workers['run'] = async (task, onProgress = () => {}) => {
    const message = structuredClone(await answer(structuredClone(task), onProgress));
    if (message.kind === 'failed') throw errorOf(message.failure);
    if (message.kind !== 'done') throw new Error('expected the end of the work');
    return message.part;
  };
  return {
    run(task, onProgress) {
      const counting = work(task, onProgress);
      // As that of a pool, nothing may wait for it.
      counting.catch(() => {});
      return counting;
    },
    end: async () => {},
  };
}
