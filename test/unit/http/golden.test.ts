import { setHeaders } from '../../../src/http/respond.ts';
import { directRequest, goldenApp } from '../../support/golden.ts';
import { goldenSuite } from '../../support/golden-suite.ts';

const app = await goldenApp();

goldenSuite('Node', async (golden) => app.fetch(directRequest(golden)));

const other = await goldenApp(setHeaders);

goldenSuite('Node, with headers set one by one', async (golden) => other.fetch(directRequest(golden)));
