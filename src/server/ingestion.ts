import { messageOf } from '../core/errors.ts';
import { Problem } from '../http/problem.ts';
import type { Ingestion } from '../ingest/ingestion.ts';
import { carryOut } from '../ingest/run.ts';
import { Sequence, type SequenceParts } from '../ingest/sequence.ts';
import { consume, patrol } from '../ingest/triggers.ts';
import { listUploads } from '../ingest/uploads.ts';
import { ecsLine } from '../platform/ecs.ts';
import { diskBucket } from './bucket.ts';
import { ensureDigestStream } from './digest-stream.ts';
import type { Disk } from './disk.ts';
import { diskRunEngine } from './run-engine.ts';
import { diskRunStorage } from './run-storage.ts';

/** What a {@link Sequence} works with, but for what the disk gives it. */
interface DiskIngestionOptions extends Omit<SequenceParts, 'storage' | 'engine' | 'wakeAt' | 'bucket'> {
  disk: Disk;
}

export interface DiskIngestion extends Ingestion {
  /** Goes on with the run that was cut off, and looks for uploads that no run has seen, now and every ten minutes. */
  begin(): void;
}

/** Milliseconds for which the first message waits for others: they share a run. */
const BATCH_MS = 1_000;
/** As often as the cron trigger of the Worker. */
const PATROL_MS = 10 * 60_000;

/** Ingestion in one process, on a disk: what queues, workflows and a Durable Object do elsewhere. */
export function diskIngestion({ disk, ...parts }: DiskIngestionOptions): DiskIngestion {
  const { config, clock, log } = parts;
  ensureDigestStream();
  const bucket = diskBucket(disk, 'bucket', 'metadata');
  let alarm: ReturnType<typeof setTimeout> | undefined;
  let messages: { body: unknown }[] = [];

  const sequencer: Sequence = new Sequence({
    ...parts,
    storage: diskRunStorage(disk, 'runs'),
    engine: diskRunEngine({
      disk,
      folder: 'steps',
      run: (id, step) => carryOut({ id, bucket, sequencer, config }, step),
    }),
    wakeAt(time) {
      clearTimeout(alarm);
      alarm = setTimeout(() => attempt(() => sequencer.watch()), Math.max(0, time - clock.now()));
    },
    bucket,
  });

  /** What fails here is tried again by the next patrol. */
  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const message = 'uploads could not be looked at: it is tried again';
      const fields = {
        'event.action': 'ingest',
        'event.outcome': 'failure',
        'error.message': messageOf(error),
      };
      log(ecsLine(clock.now(), 'error', message, fields));
    }
  }

  async function look(): Promise<void> {
    await attempt(async () => {
      // A folder that never had a file needs no run to find that out.
      if ((await sequencer.runs()).length === 0 && (await listUploads(bucket)).length === 0) return;
      await patrol(bucket, config, sequencer);
    });
    setTimeout(look, PATROL_MS);
  }

  return {
    bucket: { ...bucket, put: (key, value, options) => bucket.put(key, ofClient(value), options) },
    sequencer,
    events: {
      async send(body) {
        messages.push({ body });
        if (messages.length > 1) return;
        setTimeout(() => {
          const batch = messages;
          messages = [];
          void attempt(() => consume({ messages: batch }, sequencer));
        }, BATCH_MS);
      },
    },
    begin() {
      void attempt(() => sequencer.watch()).then(look);
    },
  };
}

/** @returns what a route puts: a body that its client breaks off is no fault of the storage */
function ofClient(value: string | ReadableStream): string | ReadableStream {
  if (typeof value === 'string') return value;
  const reader = value.getReader();
  return new ReadableStream({
    async pull(controller) {
      const piece = await reader.read().catch((cause: unknown) => {
        throw new Problem('malformed_json', BROKEN_OFF, { cause });
      });
      if (piece.done) controller.close();
      else controller.enqueue(piece.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

const BROKEN_OFF = 'The file broke off before it was whole: upload it again.';
