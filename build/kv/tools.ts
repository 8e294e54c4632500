import { hostname, userInfo } from 'node:os';
import type { KeyValue } from '../../src/core/publish/key-value.ts';
import type { KvChoice } from './kv.ts';
import type { OpenKv } from './namespace.ts';

/** What the commands work with. */
export interface Tools {
  /** Opens the namespace that the options choose, and closes it whatever happens. */
  withKv(choice: KvChoice, use: (kv: KeyValue) => Promise<number>): Promise<number>;
  /** Milliseconds since the epoch. */
  clock(): number;
}

/** @param open opens the namespace that options choose */
export function tools(open: (choice: KvChoice) => Promise<OpenKv>, clock: () => number = Date.now): Tools {
  return {
    clock,
    async withKv(choice, use) {
      const { kv, close } = await open(choice);
      try {
        return await use(kv);
      } finally {
        await close();
      }
    },
  };
}

/** The option of the commands that move the pointer. */
export const byOption = {
  by: { value: 'NAME', description: 'Who does it, for the history (default: user@host)' },
} as const;

/** @returns user@host; the number of a user without a name */
export function whoever(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}
