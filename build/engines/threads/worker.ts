import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { type Asker, answering } from './answer.ts';
import { buffersOf } from './packed-cube.ts';
import type { Answer, Message, Order, Setup } from './protocol.ts';

/** Bytes between two reports of progress. */
const REPORT_EVERY = 1 << 20;

/**
 * Blocks after which the whole heap is collected, when nothing of them is in use any more. The cube of a block outlives
 * the young generation; left to itself, V8 lets these add up to tens of megabytes, the more the larger the history.
 * Each time costs as much as half a block: what was compiled has to warm up again.
 */
const COLLECT_EVERY = 32;
let blocks = 0;

const answer = answering(workerData as Setup);

parentPort?.on('message', async (order: Order) => {
  if (order.kind === 'more') return;
  const progress = new Progress();
  const asker: Asker = {
    async onRejects(rejects) {
      send({ kind: 'rejects', rejects });
      if (parentPort) await once(parentPort, 'message');
    },
    onProgress: (bytes, rows) => progress.advance(bytes, rows),
  };
  const given = await answer(order, asker);
  progress.report();
  send(given, buffersIn(given));
  if (order.kind === 'block' && ++blocks % COLLECT_EVERY === 0) globalThis.gc?.();
});

function buffersIn(answer: Answer): ArrayBuffer[] {
  const bytes = answer.kind !== 'file' && answer.bytes ? [answer.bytes.buffer] : [];
  return answer.kind === 'failed' ? bytes : [...bytes, ...buffersOf(answer.counted.cube)];
}

class Progress {
  #bytes = 0;
  #rows = 0;

  advance(bytes: number, rows: number): void {
    this.#bytes += bytes;
    this.#rows += rows;
    if (this.#bytes >= REPORT_EVERY) this.report();
  }

  report(): void {
    if (this.#bytes > 0) send({ kind: 'progress', bytes: this.#bytes, rows: this.#rows });
    this.#bytes = 0;
    this.#rows = 0;
  }
}

function send(message: Message, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}
