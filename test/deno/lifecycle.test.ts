import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIFECYCLE_TOKEN, lifecycleSuite } from '../support/lifecycle-suite.ts';
import { type DenoServer, startService } from './support.ts';

const DATA = await mkdtemp(join(tmpdir(), 'voucher-edge-data-'));
let server: DenoServer | null = null;

lifecycleSuite('a server of its own', {
  async start() {
    server = await startService({
      permissions: [`--allow-write=${DATA}`],
      env: { DATA, ADMIN_TOKEN: LIFECYCLE_TOKEN },
    });
    return server.origin;
  },
  async kill() {
    await server?.kill();
  },
  remove: () => rm(DATA, { recursive: true }),
});
