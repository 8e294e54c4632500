import type { Run } from '../api/runs.ts';
import { DataError } from '../core/errors.ts';
import { type Change, ConflictError, type Moved } from '../core/publish/publish.ts';
import type { Ending, StepReport, UploadRecord } from './record.ts';

/** What a run is asked to do, and by whom. */
export interface Asked {
  /** Publishes past the guards. */
  force?: boolean;
  /** The operators who had it started, by name. */
  by?: readonly string[];
}

/** What others ask of the sequencer. */
export interface SequencerCalls {
  /**
   * Something changed in the bucket.
   *
   * @returns the id of a run that lists the bucket after this moment; it waits while another run is under way
   */
  notify(because: readonly string[], asked?: Asked): Promise<string>;
  /** Starts a run when the uploads are not the ones last taken in. @param found their fingerprint */
  reconcile(found: string): Promise<boolean>;
  /**
   * Records how a step goes, and that the run is alive.
   *
   * @throws Error for a run that is no longer under way: it must do nothing more
   */
  report(id: string, step: string, report: StepReport): Promise<void>;
  /**
   * Moves the pointer to the artifact of a run, if the guards let it pass.
   *
   * @param ending what is known of the run so far
   * @returns how it ends
   * @throws Error for a run that is no longer under way
   */
  publish(id: string, ending: Ending): Promise<Ending>;
  finish(id: string, ending: Ending): Promise<void>;
  /** Rolls back, holds or releases, for an operator. @param by their name */
  change(asked: Change, by: string, reason: string | null): Promise<ChangeOutcome>;
  /**
   * Ends a run by hand, whether it waits, goes on or is stuck. One that has published keeps that ending.
   *
   * @param by who ends it
   * @returns the run as it then is; null where there is no such run
   */
  cancel(id: string, by: string): Promise<Run | null>;
  /** What is known of the uploads. */
  uploads(): Promise<UploadRecord[]>;
  /**
   * Has an upload that is set aside join the history, past the guards, and starts the run that takes it in.
   *
   * @param etag of the version that the operator means
   * @returns why not, or the id of the run
   */
  accept(
    name: string,
    etag: string,
    by: string,
  ): Promise<{ ok: true; id: string } | { ok: false; message: string }>;
  /** Makes the next run look at an upload again, or forget it if it is deleted. */
  forget(name: string): Promise<void>;
  /** The newest first. */
  runs(): Promise<Run[]>;
  run(id: string): Promise<Run | null>;
}

/** A refusal comes back as a value: an error's class is lost on the way out of a Durable Object. */
export type ChangeOutcome =
  | { ok: true; moved: Moved }
  | {
      ok: false;
      /** Whether what is live does not allow it; otherwise there is no such version. */
      conflict: boolean;
      message: string;
    };

/** @returns a change, or its refusal; what else goes wrong is thrown on */
export async function changeOutcome(changing: Promise<Moved>): Promise<ChangeOutcome> {
  try {
    return { ok: true, moved: await changing };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { ok: false, conflict: error instanceof ConflictError, message: error.message };
  }
}
