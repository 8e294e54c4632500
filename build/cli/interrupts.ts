import { constants } from 'node:os';
import { discardUnfinished } from '../output/aside.ts';
import { wakePipes } from '../sources/pipes.ts';

/** Ctrl-C and the like end the process at once, with the customary code of 128 + signal, and leave no temporary file. */
export function exitOnInterrupt(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      discardUnfinished();
      wakePipes();
      process.exit(128 + constants.signals[signal]);
    });
  }
}
