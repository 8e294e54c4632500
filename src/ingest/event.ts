import * as z from 'zod/mini';
import { UPLOADS } from './names.ts';

/** The parts that are used of an event notification of R2, which is what the queue's messages are. */
const EventSchema = z.object({
  action: z.string(),
  object: z.object({ key: z.string() }),
});

/** What happened to an upload. */
export type UploadAction = 'PutObject' | 'DeleteObject';

/**
 * @returns a message like R2's own. Where no notification rule is set up, as locally, the routes send it themselves;
 *   where one is, it comes twice, and the second one finds nothing to do.
 */
export function uploadEvent(action: UploadAction, key: string, now: number): unknown {
  return { action, object: { key }, eventTime: new Date(now).toISOString() };
}

/** @returns what a message says, for people ("PutObject orders.csv"); null when it says nothing of an upload */
export function readEvent(body: unknown): string | null {
  const parsed = z.safeParse(EventSchema, body);
  if (!parsed.success || !parsed.data.object.key.startsWith(UPLOADS)) return null;
  const { action, object } = parsed.data;
  return `${action} ${object.key.slice(UPLOADS.length)}`.slice(0, LONGEST).toWellFormed();
}

const LONGEST = 200;
