import artifact from '../artifacts/current.json' with { type: 'json' };
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { setHeaders } from './http/respond.ts';
import { bufferedLog } from './log/buffered.ts';
import { bundledStore } from './store/bundled.ts';

/** What is used of Deno. */
declare const Deno: {
  stdout: { writeSync(bytes: Uint8Array): number };
  addSignalListener(signal: 'SIGINT' | 'SIGTERM', listener: () => void): void;
  exit(code: number): never;
};

const { log, flush } = bufferedLog({
  write: (bytes) => Deno.stdout.writeSync(bytes),
  later: (callback) => setTimeout(callback, 200),
});

// The shell's convention: 128 and the number of the signal.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  Deno.addSignalListener(signal, () => {
    flush();
    Deno.exit(code);
  });
}
addEventListener('unload', flush);

const app = createApp({ store: bundledStore(artifact), clock: systemClock, log, respond: setHeaders });

export default { fetch: app.fetch };
