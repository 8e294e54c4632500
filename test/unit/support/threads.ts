import { answering } from '../../../build/engines/threads/answer.ts';
import type { Workers } from '../../../build/engines/threads/pool.ts';
import type { Setup } from '../../../build/engines/threads/protocol.ts';

/** Does what worker threads do, in this one: a test of what is counted needs no threads. */
export function inThisThread(_: number, setup: Setup): Workers {
  const answer = answering(setup);
  return {
    run: (task, { asker = { onRejects: async () => {}, onProgress() {} } } = {}) =>
      answer(structuredClone(task), asker),
    end: async () => {},
  };
}
