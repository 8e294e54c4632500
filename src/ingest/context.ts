import type { Config } from '../core/config/config.ts';
import { DataError, messageOf } from '../core/errors.ts';
import type { Bucket } from './bindings.ts';
import type { SequencerCalls } from './sequence.ts';

/** What a run works with. */
export interface RunContext {
  /** Of the run. */
  id: string;
  bucket: Bucket;
  sequencer: SequencerCalls;
  config: Config;
}

/**
 * Does work that the data can make impossible. A DataError, which would only repeat, becomes a refusal; other errors are
 * worth another try.
 */
export async function refusable<T>(
  work: () => Promise<T>,
): Promise<({ ok: true } & T) | { ok: false; reasons: string[] }> {
  try {
    return { ok: true, ...(await work()) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { ok: false, reasons: [reasonOf(error)] };
  }
}

/** @returns a sentence, cut to what a record of a run has room for */
export function reasonOf(error: unknown): string {
  const text = messageOf(error);
  return (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text).toWellFormed();
}

const LONGEST = 1_000;
