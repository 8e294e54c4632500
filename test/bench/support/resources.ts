import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that a bench leaves outside its own memory: given back at its end, after a failure and on Ctrl-C. */
export class Resources {
  readonly #undo: (() => void)[] = [];

  /** Registers what gives something back; the last comes first. It may not wait: it also runs while the process exits. */
  defer(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** @returns a new empty folder that goes when the bench ends */
  folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'voucher-bench-'));
    this.defer(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  release(): void {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) undo();
  }
}
