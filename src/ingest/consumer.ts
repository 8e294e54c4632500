import type { MessageBatch } from './bindings.ts';
import { readEvent } from './event.ts';
import type { SequencerCalls } from './sequencer-calls.ts';

/**
 * Takes messages from the queue: all that a message says is that the bucket is to be looked at. When the sequencer
 * cannot be told, it throws, and the whole batch comes again. A message that says nothing of an upload is let go:
 * it would not say more the next time.
 */
export async function consume(
  { messages }: MessageBatch,
  sequencer: Pick<SequencerCalls, 'notify'>,
): Promise<void> {
  const because = messages.flatMap(({ body }) => readEvent(body) ?? []);
  if (because.length > 0) await sequencer.notify(because);
}
