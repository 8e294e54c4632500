import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { moneyArtifact, moneySuite } from '../support/money-suite.ts';
import { type DenoServer, startService } from './support.ts';

let server: DenoServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'money-'));
  const { texts } = await moneyArtifact();
  const ARTIFACT = join(folder, 'table.json');
  await writeFile(ARTIFACT, texts.table);
  await writeFile(join(folder, 'table.statistics.json'), texts.statistics);
  server = await startService({ env: { ARTIFACT } });
});

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

moneySuite('Deno', (path, init) => fetch(server.origin + path, init));
