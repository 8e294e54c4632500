import { batchSuite } from '../../support/batch-suite.ts';

await batchSuite('Node');
