import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule, TestSpecification } from 'vitest/node';

/** Longer than a test with its hooks may take (see `TIMEOUTS` in vitest.config.ts). */
const LIMIT_MS = 7 * 60_000;

/**
 * Ends a run of tests that stands still, and names the files that never ended.
 *
 * Vitest limits tests and hooks, but not a loop without end, a child that is waited for without a limit, or a runtime that
 * died: each of them would keep the run for ever, without a word. Where no test has failed until then, the names go to the
 * file that `STALLED` names as well, one in each line, so that `.ci/run` can run these files again.
 */
export default class Stalled implements Reporter {
  readonly #limit: number;
  readonly #exit: (code: number) => void;
  readonly #open = new Set<string>();
  #hasFailed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ limit = LIMIT_MS, exit = (code: number): void => process.exit(code) } = {}) {
    this.#limit = limit;
    this.#exit = exit;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    for (const { moduleId } of specifications) this.#open.add(moduleId);
    this.#wait();
  }

  onTestCaseResult(test: TestCase): void {
    this.#hasFailed ||= test.result().state === 'failed';
    this.#wait();
  }

  onTestModuleEnd(module: TestModule): void {
    this.#hasFailed ||= module.state() === 'failed';
    this.#open.delete(module.moduleId);
    this.#wait();
  }

  onTestRunEnd(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stop(), this.#limit);
  }

  #stop(): void {
    const names = [...this.#open].map((path) => relative(process.cwd(), path)).toSorted();
    const said = [`No test has ended for ${this.#limit / 1000} s.`, 'These files never ended:', ...names];
    process.stderr.write(`\n${[...said, 'Processes of this run:', ...processes()].join('\n')}\n\n`);
    const { STALLED } = process.env;
    if (STALLED !== undefined && !this.#hasFailed)
      writeFileSync(STALLED, names.map((name) => `${name}\n`).join(''));
    this.#exit(1);
  }
}

/** A line for each process that this one started, itself or through others; none where `ps` is missing. */
function processes(): string[] {
  const args = ['-eo', 'pid=,ppid=,etimes=,time=,stat=,args='];
  const { stdout } = spawnSync('ps', args, { encoding: 'utf8', timeout: 10_000 });
  const ours = new Set([process.pid]);
  const isOurs = (line: string): boolean => {
    const [pid, parent] = line.trim().split(/ +/).map(Number);
    if (pid === undefined || parent === undefined || !ours.has(parent)) return false;
    ours.add(pid);
    return true;
  };
  return (stdout ?? '').split('\n').filter(isOurs);
}
