import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { startInspected } from '../bench/support/workerd.ts';
import { ask } from './asking.ts';

/** What Cloudflare gives an isolate. */
const ISOLATE_BYTES = 128e6;
/** What V8 is given of it, in MiB, so that it has to collect: the rest is for the bytes of a table, outside its heap. */
export const HEAP_MEBIBYTES = 100;

export interface Load {
  clients: number;
  /** What goes on meanwhile. */
  work: () => Promise<unknown>;
  /** Takes the version of each answer. */
  onAnswer?: (version: string | undefined) => void;
}

/**
 * Asks for vouchers, again and again, while something goes on in an isolate.
 *
 * @param fell what fell is added to it: a request that was not answered, an isolate that is gone or takes too much memory
 * @returns the bytes that the isolate took at most
 */
export async function peakUnderLoad(
  { server, heap }: Awaited<ReturnType<typeof startInspected>>,
  { clients, work, onAnswer }: Load,
  fell: string[],
): Promise<number> {
  let isOver = false;
  const agent = new Agent({ keepAlive: true });
  const asking = Array.from({ length: clients }, async () => {
    while (!isOver) {
      const { status, version } = await ask(server.url, agent);
      if (status === 200) onAnswer?.(version);
      else fell.push(`a request ended with ${status}`);
      await sleep(5);
    }
  });
  const peak = await heap.peakDuring(work()).catch((error: Error) => {
    fell.push(`the isolate is gone: ${error.message}`);
    return 0;
  });
  isOver = true;
  await Promise.all(asking);
  agent.destroy();
  if (peak > ISOLATE_BYTES) fell.push(`the isolate took ${Math.round(peak / 1e6)} MB`);
  return peak;
}
