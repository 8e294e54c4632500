import { reset } from 'cloudflare:test';
import { afterEach } from 'vitest';
import { bucketSuite, keyValueSuite } from '../support/storage-suite.ts';
import { realKv } from './support/kv.ts';
import { ingestion } from './support/pipeline.ts';

afterEach(() => reset());

bucketSuite('R2', async () => ingestion().bucket);
keyValueSuite('Workers KV', async () => realKv());
