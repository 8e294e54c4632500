import * as z from 'zod/mini';
import type { Config } from '../core/config/config.ts';
import type { Bucket, MessageBatch } from './bindings.ts';
import { rulesOf } from './count.ts';
import { UPLOADS } from './names.ts';
import type { SequencerCalls } from './sequence.ts';
import { fingerprint, listUploads } from './uploads.ts';

/** The parts that are used of an event notification of R2, which is what the queue's messages are. */
const EventSchema = z.object({
  action: z.string(),
  object: z.object({ key: z.string() }),
  /** The operator, in messages of the routes. */
  by: z.optional(z.string()),
});

/** What happened to an upload. */
export type UploadAction = 'PutObject' | 'DeleteObject';

/**
 * @returns a message like R2's own. Where no notification rule is set up, as locally, the routes send it themselves;
 *   where one is, it comes twice, and the second one finds nothing to do.
 */
export function uploadEvent(action: UploadAction, key: string, now: number, by: string): unknown {
  return { action, object: { key }, eventTime: new Date(now).toISOString(), by };
}

/** Characters that are kept of what a message says. */
const LONGEST = 200;

/**
 * Takes messages from the queue: all that a message says is that the bucket is to be looked at. When the sequencer
 * cannot be told, it throws, and the whole batch comes again. A message that says nothing of an upload is let go:
 * it would not say more the next time.
 */
export async function consume(
  { messages }: MessageBatch,
  sequencer: Pick<SequencerCalls, 'notify'>,
): Promise<void> {
  const events = messages.flatMap(({ body }) => {
    const { success, data } = z.safeParse(EventSchema, body);
    return success && data.object.key.startsWith(UPLOADS) ? [data] : [];
  });
  if (events.length === 0) return;
  // For people: "PutObject orders.csv".
  const because = events.map(({ action, object: { key } }) =>
    `${action} ${key.slice(UPLOADS.length)}`.slice(0, LONGEST).toWellFormed(),
  );
  await sequencer.notify(because, { by: events.flatMap((event) => event.by ?? []) });
}

/**
 * Finds uploads whose notification was lost, and what changed with a deployment: starts a run when the bucket does
 * not hold what was last taken in, under the config in use. A run that was refused is not tried again until
 * something changes; one that failed is.
 */
export async function patrol(
  bucket: Bucket,
  config: Config,
  sequencer: Pick<SequencerCalls, 'reconcile'>,
): Promise<void> {
  const found = await fingerprint(await rulesOf(config), await listUploads(bucket));
  await sequencer.reconcile(found);
}
