import { goldenApp } from '../support/golden.ts';

const app = await goldenApp();

export default { fetch: app.fetch };
