import { createApp } from '../../src/app.ts';
import { copyHeaders, setHeaders } from '../../src/http/respond.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { deployedStore } from '../../src/store/deployed.ts';

/** The routes of the service, on any runtime, which give a client up after two to four seconds, and not after 20 to 40. */
const app = createApp({
  store: deployedStore(async () => null),
  clock: systemClock,
  log: (line) => console.log(line),
  respond: 'Deno' in globalThis ? setHeaders : copyHeaders,
  ahead: { bytes: 8 * 1024 * 1024, patience: 8_000, stalled: 2_000 },
});

export default { fetch: (request: Request) => app.fetch(request) };
