import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { type Running, startServer } from '../support/clone.ts';
import { lifecycleSuite } from '../support/lifecycle-suite.ts';

const PROCESS = fileURLToPath(new URL('support/worker-process.ts', import.meta.url));
const storage = await mkdtemp(join(tmpdir(), 'voucher-edge-workerd-'));

let running: Running | undefined;

lifecycleSuite('workerd', {
  async start() {
    const line = [process.execPath, PROCESS, JSON.stringify(inject('worker')), storage];
    running = await startServer(line, storage);
    return running.origin;
  },
  kill: async () => running?.kill(),
  remove: () => rm(storage, { recursive: true, force: true }),
});
