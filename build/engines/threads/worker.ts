import { parentPort, workerData } from 'node:worker_threads';
import { answering } from './answer.ts';
import type { Message, Order, Setup } from './protocol.ts';

const answer = answering(workerData as Setup);

parentPort?.on('message', async (order: Order) => {
  send(await answer(order, (bytes, rows) => send({ kind: 'progress', bytes, rows })));
});

function send(message: Message): void {
  parentPort?.postMessage(message);
}
