import artifact from '../artifacts/current.json' with { type: 'json' };
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { bundledStore } from './store/bundled.ts';

const app = createApp({
  store: bundledStore(artifact),
  clock: systemClock,
  log: (line) => console.log(line),
});

export default { fetch: app.fetch };
