import type { Bucket, IngestEnv, Sender } from './bindings.ts';
import type { SequencerCalls } from './sequence.ts';

/** What takes uploads in, as routes and triggers see it. */
export interface Ingestion {
  bucket: Bucket;
  events: Sender;
  sequencer: SequencerCalls;
}

/** @returns undefined unless the deployment has all the bindings that it takes */
export function ingestionOf(env: Partial<IngestEnv>): Ingestion | undefined {
  const { UPLOADS, UPLOAD_EVENTS, ARTIFACTS, INGEST, SEQUENCER } = env;
  if (!UPLOADS || !UPLOAD_EVENTS || !ARTIFACTS || !INGEST || !SEQUENCER) return undefined;
  return {
    bucket: UPLOADS,
    events: UPLOAD_EVENTS,
    // Asked for anew each time: a stub is of the request that got it.
    get sequencer() {
      return sequencerOf({ SEQUENCER });
    },
  };
}

/** @returns the one sequencer of a deployment */
export function sequencerOf({ SEQUENCER }: Pick<IngestEnv, 'SEQUENCER'>): SequencerCalls {
  return SEQUENCER.getByName('uploads') as SequencerCalls;
}
