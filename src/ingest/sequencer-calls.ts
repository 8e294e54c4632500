import type { IngestEnv } from './bindings.ts';
import type { Ending, RunRecord, StepReport } from './run-record.ts';

/** What others ask of the sequencer. */
export interface SequencerCalls {
  /**
   * Something changed in the bucket.
   *
   * @returns the id of a run that lists the bucket after this moment, or of the one after which such a run comes
   */
  notify(because: readonly string[], force?: boolean): Promise<string>;
  /** Starts a run when the uploads are not the ones last taken in. @param found their fingerprint */
  reconcile(found: string): Promise<boolean>;
  /**
   * Notes down how a step goes, and that the run lives.
   *
   * @throws Error for a run that is not under way any more: it is to do nothing more
   */
  report(id: string, step: string, report: StepReport): Promise<void>;
  /**
   * Moves the pointer to the artifact of a run, if the guards let it pass.
   *
   * @param ending what is known of the run so far
   * @returns how it ends
   * @throws Error for a run that is not under way any more
   */
  publish(id: string, ending: Ending): Promise<Ending>;
  finish(id: string, ending: Ending): Promise<void>;
  runs(): Promise<RunRecord[]>;
  run(id: string): Promise<RunRecord | null>;
}

/** @returns the one sequencer that there is */
export function sequencerOf({ SEQUENCER }: Pick<IngestEnv, 'SEQUENCER'>): SequencerCalls {
  return SEQUENCER.getByName('uploads') as SequencerCalls;
}
