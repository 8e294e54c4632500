import { existsSync, statfsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { endsStandstill } from './test/support/standstill.ts';

// What is compiled once is kept, for this process and all that it starts: commands then start in half the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('.cache/compile', import.meta.url));
enableCompileCache();

// What tests write lies in memory, as does the storage of workerd: most of it are small files, of which is made sure that
// they are on disk. Deno writes to no folder below /dev, so its tests have one on disk.
const MEMORY = '/dev/shm';
const DISK = tmpdir() === MEMORY ? '/tmp' : tmpdir();
const hasRoom = existsSync(MEMORY) && statfsSync(MEMORY).bavail * statfsSync(MEMORY).bsize > 2 ** 32;
if (hasRoom) process.env.TMPDIR = MEMORY;

/** Generous, so that a busy machine never decides a test. */
const TIMEOUTS = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } };

/**
 * Two processes for each core: tests wait for servers, clocks and disks half of the time; and one more, as a file of tests
 * waits for clients to be given up. A process runs one file after the other, as to start one for each takes as long
 * as some of them do: a test that sets something in its own, as in `process.env`, puts it back.
 */
const PARALLEL = {
  ...TIMEOUTS,
  maxWorkers: 2 * availableParallelism() + 1,
  isolate: false,
  // Room for what is new, which is most of what tests make: its collection takes a tenth of their work otherwise.
  execArgv: ['--max-semi-space-size=64'],
};

/** Bundles the Worker as it is deployed, and builds the console: once for all projects that serve them. */
const WORKER = 'test/support/worker-setup.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many orders test/edge/orders.test.ts gives one after the other: of 4 it takes most of an hour. */
    longestOrder: number;
    /** What multiplies the random cases of a property, as in test/support/runs.ts, where the process has no environment. */
    runs: number;
  }
}

/** Node reads the files as it does for commands. Through Vite's module runner, each use of what is imported looks it up anew. */
const NODE = { ...PARALLEL, experimental: { viteModuleRunner: false, nodeLoader: false } };

const plugins = [endsStandstill()];
const workerd = () => [...plugins, cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })];
const EDGE = {
  ...PARALLEL,
  globalSetup: 'test/edge/support/setup.ts',
  provide: { longestOrder: Number(process.env.LONGEST_ORDER ?? 2), runs: Number(process.env.RUNS ?? 1) },
};

export default defineConfig({
  test: {
    // What a test that passes writes to the log is not shown.
    silent: 'passed-only',
    sequence: { sequencer: LongestFirst },
    projects: [
      { plugins, test: { ...NODE, name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { plugins: workerd(), test: { ...EDGE, name: 'edge', include: ['test/edge/*.test.ts'] } },
      // The deployed Worker remembers what was live, so each file has one of its own.
      {
        plugins: workerd(),
        test: { ...EDGE, name: 'edge-deployed', include: ['test/edge/deployed/*.test.ts'], isolate: true },
      },
      {
        plugins,
        // To optimise the WebAssembly of the parser of SQL takes longer than all that is parsed with it.
        test: {
          ...NODE,
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          execArgv: [...PARALLEL.execArgv, '--liftoff-only'],
        },
      },
      {
        plugins,
        test: {
          ...NODE,
          name: 'deno',
          include: ['test/deno/**/*.test.ts'],
          globalSetup: WORKER,
          env: { TMPDIR: DISK },
        },
      },
      {
        plugins,
        test: {
          ...NODE,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: WORKER,
          // Once in some fifteen runs a window of Chromium stands still. What waits for too long is tried again, and nothing else.
          retry: { count: 1, condition: /timed out in|Timeout \d+ms exceeded/ },
        },
      },
    ],
  },
});
