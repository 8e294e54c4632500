import { parseJson } from '../core/parse-json.ts';
import { type RunEngine, STEP_LIMITS } from '../ingest/engine.ts';
import type { Step } from '../ingest/run.ts';
import { sleep, within } from '../platform/clock.ts';
import { type Disk, fileName } from './disk.ts';

interface RunEngineOptions {
  disk: Disk;
  /** Where the results of the steps of a run are kept until it ends. */
  folder: string;
  /** Carries a run out. @param step does a piece of work once, and again when it fails */
  run: (id: string, step: Step) => Promise<unknown>;
  /** Waits for some milliseconds. */
  sleep?: (milliseconds: number) => Promise<void>;
}

interface Running {
  status: 'running' | 'complete' | 'errored' | 'terminated';
}

/**
 * Carries runs out in this process. The result of each step is written down before the next one begins: a run that was
 * cut off is started again by the sequence, which finds that this process knows nothing of it, and goes on where it was.
 */
export function diskRunEngine({ disk, folder, run, sleep: wait = sleep }: RunEngineOptions): RunEngine {
  const known = new Map<string, Running>();
  const pathOf = (id: string) => disk.path(folder, `${fileName(id)}.json`);

  async function start(id: string): Promise<void> {
    if (known.get(id)?.status === 'running') throw new Error(`run ${id} is under way`);
    known.clear();
    const running: Running = { status: 'running' };
    known.set(id, running);
    void carryOut(id, running);
  }

  async function carryOut(id: string, running: Running): Promise<void> {
    try {
      await forgetOthers(id);
      await run(id, remembering(id, running, await resultsOf(disk, pathOf(id))));
      running.status = 'complete';
      await disk.remove(pathOf(id));
    } catch {
      // The run itself told the sequence why, or the sequence finds out that it ended without a word.
      if (running.status === 'running') running.status = 'errored';
    }
  }

  /** One run goes on at a time: what others have left is of no use. */
  async function forgetOthers(id: string): Promise<void> {
    const { files } = await disk.names(disk.path(folder));
    const others = files.map((name) => disk.path(folder, name)).filter((path) => path !== pathOf(id));
    for (const path of others) await disk.remove(path);
  }

  function remembering(id: string, running: Running, results: Record<string, { result: unknown }>): Step {
    return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const done = results[name];
      if (done !== undefined) return done.result as T;
      const result = await tried(running, work);
      if (running.status !== 'running') throw new Error('the run was stopped');
      results[name] = { result };
      disk.files.mkdirSync(disk.path(folder), { recursive: true });
      disk.writeSync(pathOf(id), JSON.stringify(results));
      return result;
    };
  }

  /** Does a piece of work, again and again up to the limit. */
  async function tried<T>(running: Running, work: () => Promise<T>): Promise<T> {
    const { retries, timeout } = STEP_LIMITS;
    for (let tries = 0; ; tries++) {
      if (running.status !== 'running') throw new Error('the run was stopped');
      try {
        return await within(timeout, work(), `it was not done within ${timeout / 60_000} minutes`);
      } catch (error) {
        if (tries >= retries.limit) throw error;
        await wait(retries.delay * 2 ** tries);
      }
    }
  }

  return {
    start,
    async status(id) {
      const found = known.get(id);
      return found === undefined ? null : { over: found.status !== 'running', status: found.status };
    },
    async stop(id) {
      const found = known.get(id);
      if (found?.status === 'running') found.status = 'terminated';
      await disk.remove(pathOf(id));
    },
  };
}

/** Results that cannot be read are dropped: each step can be done again. */
async function resultsOf(disk: Disk, path: string): Promise<Record<string, { result: unknown }>> {
  const bytes = await disk.read(path);
  return (bytes && (parseJson(bytes) as Record<string, { result: unknown }> | undefined)) ?? {};
}
