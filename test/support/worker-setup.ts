import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type BuiltWorker, buildWorker } from './built-worker.ts';
import { once } from './once.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the servers of all test files run. */
    worker: BuiltWorker;
  }
}

/**
 * Bundles the Worker, with its console, once for all test files: each serves it with a store of its own.
 *
 * @returns what removes the bundle
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const worker = await once('worker', async () => {
    return await buildWorker(await mkdtemp(join(tmpdir(), 'voucher-edge-worker-')));
  });
  project.provide('worker', worker);
  return () => rm(dirname(worker.script), { recursive: true, force: true });
}
