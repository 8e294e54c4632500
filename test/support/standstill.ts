import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Plugin } from 'vitest/config';
import type { Reporter, TestCase, TestModule, TestSpecification } from 'vitest/node';
import { spawnSync } from './children.ts';

/** Longer than any test, hook or import takes, on a busy machine too. */
const LONGEST_SILENCE_MS = 300_000;

/**
 * Ends a run that has come to a standstill, and says in which file, and what its processes do. The limits of Vitest are timers
 * in the process that runs the test: they do not end a synchronous call, a loop, or an import that waits.
 *
 * Where no test has failed until then, the names of the files that have not ended go to the file that `STANDSTILL` names,
 * one in each line, so that `.ci/run` can run them again.
 */
export function endsStandstill(): Plugin {
  return {
    name: 'ends-standstill',
    configureVitest({ vitest: { config } }) {
      // Each project has this plugin.
      if (config.watch || config.reporters.some((one) => one instanceof Watching)) return;
      config.reporters.push(new Watching());
    },
  };
}

export class Watching implements Reporter {
  readonly #silenceMs: number;
  readonly #exit: (code: number) => void;
  /** The files that run by their id, each with the time until which it may be silent, and what it does. */
  readonly #running = new Map<string, { file: string; until: number; does: string }>();
  /** The files of this run that have not ended, whether they have begun or not. */
  readonly #open = new Set<string>();
  /** The time until which all of them may be silent: a process that does not start says nothing of its file. */
  #until = 0;
  #hasFailed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(silenceMs = LONGEST_SILENCE_MS, exit = (code: number): void => process.exit(code)) {
    this.#silenceMs = silenceMs;
    this.#exit = exit;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    for (const { moduleId } of specifications) this.#open.add(moduleId);
    this.#until = Date.now() + this.#silenceMs;
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
    this.#hasFailed ||= test.result().state === 'failed';
  }

  onTestModuleEnd(module: TestModule): void {
    this.#heard(module, 'its end');
    this.#running.delete(module.id);
    this.#open.delete(module.moduleId);
    this.#hasFailed ||= module.state() === 'failed';
  }

  #heard({ id, relativeModuleId: file }: TestModule, does: string, limit = 0): void {
    const until = Date.now() + this.#silenceMs + limit;
    this.#running.set(id, { file, until, does });
    this.#until = Math.max(this.#until, until);
  }

  #look(): void {
    const now = Date.now();
    const silent = [...this.#running.values()].filter(({ until }) => until < now);
    if (silent.length === 0 && now <= this.#until) return;
    clearInterval(this.#timer);
    for (const { file, does } of silent) console.error(`standstill: ${file} has not ended ${does}`);
    const open = [...this.#open].map((path) => relative(process.cwd(), path)).toSorted();
    if (silent.length === 0) console.error(`standstill: no test has ended; ${open.length} files are left`);
    const started = descendants(process.pid);
    console.error(`The processes of this run:\n${started.map(({ line }) => line).join('\n')}`);
    const { STANDSTILL } = process.env;
    if (STANDSTILL && !this.#hasFailed) writeFileSync(STANDSTILL, open.map((name) => `${name}\n`).join(''));
    for (const { pid } of started) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    this.#exit(1);
  }
}

/** @returns the processes that a process started, and those that these started, each with what it waits for in the kernel */
function descendants(root: number): { pid: number; line: string }[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid,ppid,stat,time,etime,wchan:24,args', '-ww']);
  // Nothing where there is no `ps`.
  const all = (stdout ?? '')
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
