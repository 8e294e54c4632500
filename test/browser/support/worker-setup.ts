import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type BuiltWorker, buildWorker } from './worker.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the servers of all test files run. */
    worker: BuiltWorker;
  }
}

/** Bundles the Worker once for all test files: each serves it with a store of its own. @returns what removes the bundle */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-worker-'));
  project.provide('worker', await buildWorker(folder));
  return () => rm(folder, { recursive: true, force: true });
}
