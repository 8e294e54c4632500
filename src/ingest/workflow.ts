import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { deployedConfig } from '../platform/deployed-config.ts';
import type { IngestEnv } from './bindings.ts';
import { reasonOf } from './refusable.ts';
import { ingest, type Step } from './run.ts';
import { type Ending, failure } from './run-record.ts';
import { sequencerOf } from './sequencer-calls.ts';
import { STEP_LIMITS } from './step-limits.ts';

/** A run of {@link ingest}, durably: its id is that of the run, and the sequencer hears of every attempt of a step. */
export class IngestWorkflow extends WorkflowEntrypoint<IngestEnv> {
  override async run({ instanceId: id }: WorkflowEvent<unknown>, durable: WorkflowStep): Promise<Ending> {
    const sequencer = sequencerOf(this.env);
    const step: Step = (name, work) =>
      durable.do(name, STEP_LIMITS, async () => {
        await sequencer.report(id, name, { state: 'running' });
        try {
          const result = await work();
          await sequencer.report(id, name, { state: 'done' });
          return result;
        } catch (error) {
          await sequencer.report(id, name, { state: 'failed', reason: reasonOf(error) });
          throw error;
        }
      });
    const finish = (ending: Ending) => durable.do('finish', STEP_LIMITS, () => sequencer.finish(id, ending));

    let ending: Ending;
    try {
      ending = await ingest({ id, bucket: this.env.UPLOADS, sequencer, config: deployedConfig() }, step);
    } catch (error) {
      await finish(failure(reasonOf(error)));
      throw error;
    }
    await finish(ending);
    return ending;
  }
}
