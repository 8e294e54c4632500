import { setHeaders } from '../../src/http/respond.ts';
import { goldenApp } from '../support/golden.ts';

const app = await goldenApp(setHeaders);

export default { fetch: app.fetch };
