import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LIFECYCLE_TOKEN, lifecycleSuite } from '../support/lifecycle-suite.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
const STATE = await mkdtemp(join(tmpdir(), 'voucher-edge-workerd-'));
const VARS = ['--var', `ADMIN_TOKEN:${LIFECYCLE_TOKEN}`, '--var', 'REFRESH_SECONDS:0'];

let child: ChildProcess | null = null;

lifecycleSuite('workerd', {
  async start() {
    const args = [WRANGLER, 'dev', '--ip', '127.0.0.1', '--port', '0', '--persist-to', STATE, ...VARS];
    // It leads a group, so that workerd ends with it.
    const started = spawn(process.execPath, args, {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG: 'log' },
    });
    child = started;
    let output = '';
    return new Promise<string>((resolve, reject) => {
      for (const stream of [started.stdout, started.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          const [, origin] = /Ready on (http:\/\/[\d.:]+)/.exec(output) ?? [];
          if (origin !== undefined) resolve(origin);
        });
      }
      started.once('close', (code) => reject(new Error(`wrangler dev ended with ${code}: ${output}`)));
    });
  },
  async kill() {
    if (child?.pid === undefined) return;
    const closed = once(child, 'close');
    process.kill(-child.pid, 'SIGKILL');
    await closed;
  },
  remove: () => rm(STATE, { recursive: true, force: true }),
});
