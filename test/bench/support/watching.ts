import { spawn } from 'node:child_process';
import { on } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WatchEvent } from '../../../build/watch/events.ts';
import { inProject } from './project.ts';
import type { Resources } from './resources.ts';

const WATCH = inProject('build/commands/watch.ts');
const COMPILE_CACHE = inProject('build/cli/compile-cache.mjs');

/** A watch that runs beside the bench. */
export interface Watching {
  /** Waits for the next build. @returns its seconds, from the moment that files are taken to be whole to the artifact's */
  built(): Promise<number>;
}

/** Starts a watch of a folder; it ends with `resources`. */
export function startWatch(resources: Resources, folder: string): Watching {
  const paths = ['--out', join(resources.folder(), 'out'), '--cache', join(resources.folder(), 'cubes')];
  const child = spawn(
    process.execPath,
    ['--import', COMPILE_CACHE, WATCH, folder, '--settle', '0.5', ...paths],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  resources.defer(() => child.kill('SIGKILL'));
  const lines = on(createInterface(child.stdout), 'line', { close: ['close'] });
  return {
    async built() {
      let building = Number.NaN;
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error('the watch ended');
        const told: WatchEvent & { time: string } = JSON.parse(value[0]);
        if (told.event === 'building') building = Date.parse(told.time);
        if (told.event === 'built') return (Date.parse(told.time) - building) / 1000;
        if (told.event === 'kept') throw new Error(`the watch did not build: ${told.reason}`);
      }
    },
  };
}
