import type { Plugin } from 'vitest/config';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { spawnSync } from './children.ts';

/** Longer than any test, hook or import takes, on a busy machine too. */
const LONGEST_SILENCE_MS = 300_000;

/**
 * Ends a run that has come to a standstill, and says in which file, and what its processes do. The limits of Vitest are timers
 * in the process that runs the test: they do not end a synchronous call, a loop, or an import that waits.
 */
export function endsStandstill(silenceMs = LONGEST_SILENCE_MS): Plugin {
  return {
    name: 'ends-standstill',
    configureVitest({ vitest: { config } }) {
      // Each project has this plugin.
      if (config.watch || config.reporters.some((one) => one instanceof Watching)) return;
      config.reporters.push(new Watching(silenceMs));
    },
  };
}

class Watching implements Reporter {
  readonly #silenceMs: number;
  /** The files that run by their id, each with the time until which it may be silent, and what it does. */
  readonly #running = new Map<string, { file: string; until: number; does: string }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  onTestRunStart(): void {
    this.#timer = setInterval(() => this.#look(), this.#silenceMs / 30).unref();
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  onTestModuleQueued(module: TestModule): void {
    this.#heard(module, 'its import');
  }

  onTestModuleCollected(module: TestModule): void {
    this.#heard(module, 'its first hooks');
  }

  onTestCaseReady(test: TestCase): void {
    this.#heard(test.module, test.fullName, test.options.timeout);
  }

  onTestCaseResult(test: TestCase): void {
    this.#heard(test.module, `what follows ${test.fullName}`);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.id);
  }

  #heard({ id, relativeModuleId: file }: TestModule, does: string, limit = 0): void {
    this.#running.set(id, { file, until: Date.now() + this.#silenceMs + limit, does });
  }

  #look(): void {
    const now = Date.now();
    const silent = [...this.#running.values()].filter(({ until }) => until < now);
    if (silent.length === 0) return;
    for (const { file, does } of silent) console.error(`standstill: ${file} has not ended ${does}`);
    const started = descendants(process.pid);
    console.error(`The processes of this run:\n${started.map(({ line }) => line).join('\n')}`);
    for (const { pid } of started) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    process.exit(1);
  }
}

/** @returns the processes that a process started, and those that these started, each with what it waits for in the kernel */
function descendants(root: number): { pid: number; line: string }[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid,ppid,stat,time,etime,wchan:24,args', '-ww']);
  const all = stdout
    .split('\n')
    .slice(1)
    .map((line) => ({
      line: line.slice(0, 240),
      pid: Number.parseInt(line, 10),
      parent: Number(line.trim().split(/\s+/)[1]),
    }));
  const below = (parent: number): typeof all =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(root);
}
