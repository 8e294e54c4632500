import { createApp } from '../../src/app.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { storeOf } from '../support/artifacts.ts';
import { moneyArtifact, moneySuite } from '../support/money-suite.ts';

const app = createApp({ store: storeOf(await moneyArtifact()), clock: systemClock, log: () => {} });

moneySuite('workerd', async (path, init) => app.fetch(new Request(`http://localhost${path}`, init)));
