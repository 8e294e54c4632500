import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The Worker as wrangler.toml describes it, bundled. */
export interface BuiltWorker {
  /** The path of its script. */
  script: string;
  /** Its bindings, assets and compatibility date. */
  options: ReturnType<typeof unstable_getMiniflareWorkerOptions>['workerOptions'];
}

/** Bundles the Worker into a folder, and its console into .console, as `wrangler deploy` does. */
export async function buildWorker(folder: string): Promise<BuiltWorker> {
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
  await promisify(execFile)(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', folder], {
    cwd: ROOT,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, 'wrangler.toml'));
  return { script: join(folder, 'worker.js'), options: workerOptions };
}
