import { DurableObject, WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import type { Run } from '../api/runs.ts';
import type { Change } from '../core/publish/publish.ts';
import { systemClock } from '../platform/clock.ts';
import { deployedConfig } from '../platform/deployed-config.ts';
import { assetStatistics, deployedBody } from '../store/deployed.ts';
import type { WebhookVariables } from '../webhook/settings.ts';
import { behind, webhookOf } from '../webhook/webhook.ts';
import type { IngestEnv } from './bindings.ts';
import { sequencerOf } from './ingestion.ts';
import { STEP_LIMITS } from './limits.ts';
import type { Ending, StepReport, UploadRecord } from './record.ts';
import { carryOut } from './run.ts';
import { type RunEngine, Sequence, type SequenceParts } from './sequence.ts';
import type { Asked, ChangeOutcome, SequencerCalls } from './sequencer-calls.ts';

const log = (line: string) => console.log(line);

type SequencerEnv = IngestEnv &
  WebhookVariables & { ASSETS?: { fetch(request: Request): Promise<Response> } };

/** The one {@link Sequence} of a deployment, as a Durable Object. */
export class Sequencer extends DurableObject<SequencerEnv> implements SequencerCalls {
  readonly parts: SequenceParts = {
    storage: this.ctx.storage.kv,
    engine: workflowEngine(this.env),
    wakeAt: (time) => this.ctx.storage.setAlarm(time),
    bucket: this.env.UPLOADS,
    versions: this.env.ARTIFACTS,
    config: deployedConfig,
    clock: systemClock,
    log,
    bundled: deployedBody(assetStatistics(this.env.ASSETS)),
    tell: behind(webhookOf(this.env, log, systemClock.now), (told) => this.ctx.waitUntil(told)),
  };
  sequence: Sequence = new Sequence(this.parts);

  notify(because: readonly string[], asked?: Asked): Promise<string> {
    return this.sequence.notify(because, asked);
  }
  reconcile(found: string): Promise<boolean> {
    return this.sequence.reconcile(found);
  }
  report(id: string, step: string, report: StepReport): Promise<void> {
    return this.sequence.report(id, step, report);
  }
  publish(id: string, ending: Ending): Promise<Ending> {
    return this.sequence.publish(id, ending);
  }
  finish(id: string, ending: Ending): Promise<void> {
    return this.sequence.finish(id, ending);
  }
  change(asked: Change, by: string, reason: string | null): Promise<ChangeOutcome> {
    return this.sequence.change(asked, by, reason);
  }
  uploads(): Promise<UploadRecord[]> {
    return this.sequence.uploads();
  }
  accept(name: string, etag: string, by: string): ReturnType<SequencerCalls['accept']> {
    return this.sequence.accept(name, etag, by);
  }
  forget(name: string): Promise<void> {
    return this.sequence.forget(name);
  }
  cancel(id: string, by: string): Promise<Run | null> {
    return this.sequence.cancel(id, by);
  }
  runs(): Promise<Run[]> {
    return this.sequence.runs();
  }
  run(id: string): Promise<Run | null> {
    return this.sequence.run(id);
  }
  override alarm(): Promise<void> {
    return this.sequence.watch();
  }
}

/** The ends of a workflow. */
const OVER = new Set(['complete', 'errored', 'terminated']);

function workflowEngine({ INGEST }: Pick<IngestEnv, 'INGEST'>): RunEngine {
  return {
    async start(id) {
      await INGEST.create({ id, params: {} });
    },
    async status(id) {
      const { status } = await (await INGEST.get(id)).status();
      return { over: OVER.has(status), status };
    },
    async stop(id) {
      await (await INGEST.get(id)).terminate();
    },
  };
}

/** A run as a Workflow; its id is that of the run. */
export class IngestWorkflow extends WorkflowEntrypoint<IngestEnv> {
  override async run({ instanceId: id }: WorkflowEvent, durable: WorkflowStep): Promise<void> {
    const context = {
      id,
      bucket: this.env.UPLOADS,
      sequencer: sequencerOf(this.env),
      config: deployedConfig,
    };
    await carryOut(context, (name, work) => durable.do(name, STEP_LIMITS, work));
  }
}
