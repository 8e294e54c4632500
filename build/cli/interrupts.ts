import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { discardUnfinished, isWritingStream } from '../files/aside.ts';
import { wakePipes } from '../read/pipes.ts';

/** Milliseconds that {@link beforeInterrupt} has. */
const LAST_WORK_MS = 1_000;

/** Of the process, as the signals are. */
let lastWork: (() => Promise<unknown>) | null = null;

/** Has a command do something more, for a second at most, when a signal ends it. */
export function beforeInterrupt(work: () => Promise<unknown>): void {
  lastWork = work;
}

/** Ctrl-C and the like end the process at once, with the customary code of 128 + signal, and leave no temporary file. */
export function exitOnInterrupt(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      if (lastWork !== null) await Promise.race([lastWork(), setTimeout(LAST_WORK_MS)]);
      discardUnfinished();
      wakePipes();
      // A process that exits waits for its threads, and one may wait for the reader of a pipe. The signal itself, no
      // longer listened to, does not, and gives the same code.
      if (isWritingStream()) process.kill(process.pid, signal);
      process.exit(128 + constants.signals[signal]);
    });
  }
}
