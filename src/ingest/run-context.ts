import type { Config } from '../core/config/config.ts';
import type { Bucket } from './bindings.ts';
import type { SequencerCalls } from './sequencer-calls.ts';

/** What a run works with. */
export interface RunContext {
  /** Of the run. */
  id: string;
  bucket: Bucket;
  sequencer: SequencerCalls;
  config: Config;
}
