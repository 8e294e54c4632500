import artifact from '../../../artifacts/current.json' with { type: 'json' };
import { createApp } from '../../../src/app.ts';
import { compressLarge } from '../../../src/http/compress.ts';
import { setHeaders } from '../../../src/http/respond.ts';
import { bufferedLog, lostLine } from '../../../src/platform/buffered-log.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { deployedConfig } from '../../../src/platform/deployed-config.ts';
import { bundledStore } from '../../../src/store/bundled.ts';

declare const Deno: { stdout: { write(bytes: Uint8Array): Promise<number> } };

const { log } = bufferedLog({
  write: (bytes) => Deno.stdout.write(bytes),
  lost: (lines) => lostLine(systemClock.now(), lines),
  later: (callback) => setTimeout(callback, 200),
});

/** The answers of the service under `deno serve`: no metrics, no versions, no care for how it ends. */
export default createApp({
  store: bundledStore(artifact),
  clock: systemClock,
  log,
  respond: setHeaders,
  encode: compressLarge,
  config: deployedConfig,
});
