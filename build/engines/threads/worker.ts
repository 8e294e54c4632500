import { parentPort, workerData } from 'node:worker_threads';
import { answering } from './answer.ts';
import type { Message, Setup, Task } from './protocol.ts';

const answer = answering(workerData as Setup);

parentPort?.on('message', async (task: Task) => {
  send(await answer(task, (bytes, rows) => send({ kind: 'progress', bytes, rows })));
});

function send(message: Message): void {
  parentPort?.postMessage(message);
}
