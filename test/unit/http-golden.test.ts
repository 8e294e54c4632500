import { directRequest, goldenApp } from '../support/golden.ts';
import { goldenSuite } from '../support/golden-suite.ts';

const app = await goldenApp();

goldenSuite('Node', async (golden) => app.fetch(directRequest(golden)));
