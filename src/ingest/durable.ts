import { DurableObject, WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { systemClock } from '../platform/clock.ts';
import { deployedConfig } from '../platform/deployed-config.ts';
import { assetStatistics, deployedBody } from '../store/deployed.ts';
import type { WebhookVariables } from '../webhook/settings.ts';
import { webhookOf } from '../webhook/webhook.ts';
import type { IngestEnv } from './bindings.ts';
import { type RunEngine, STEP_LIMITS } from './engine.ts';
import { sequencerOf } from './ingestion.ts';
import { carryOut } from './run.ts';
import { Sequence, type SequenceParts } from './sequence.ts';

const log = (line: string) => console.log(line);

type SequencerEnv = IngestEnv &
  WebhookVariables & { ASSETS?: { fetch(request: Request): Promise<Response> } };

/** The one {@link Sequence} of a deployment, as a Durable Object. */
export class Sequencer extends DurableObject<SequencerEnv> {
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
    tell: webhookOf(this.env, { log, now: systemClock.now, keep: (told) => this.ctx.waitUntil(told) }),
  };
  sequence: Sequence = new Sequence(this.parts);

  override alarm(): Promise<void> {
    return this.sequence.watch();
  }
}

// What others ask of the sequence they ask of the object, which answers with the methods of its class.
for (const call of Object.getOwnPropertyNames(Sequence.prototype) as (keyof Sequence)[]) {
  if (call in Sequencer.prototype) continue;
  Object.defineProperty(Sequencer.prototype, call, {
    value(this: Sequencer, ...given: unknown[]) {
      return Reflect.apply(this.sequence[call], this.sequence, given);
    },
  });
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
