import type { Resources } from './support/resources.ts';

/** One measured comparison. */
export interface Row {
  /** What is compared, in a few words. */
  what: string;
  /** Our figure, with its unit. */
  ours: string;
  /** The peer's name and figure. */
  peer: string;
  /** Ours to the peer's, the median over interleaved rounds of one run; in the unit of the target for a plain limit. */
  ratio: number;
  /** What the ratio has to be; null where a figure is only reported. */
  target: Target | null;
}

export interface Target {
  is: 'at least' | 'at most';
  value: number;
}

/** A comparison that this machine, or this version, cannot make. */
export interface Skip {
  what: string;
  /** Names what is missing and how to get it. */
  because: string;
}

export interface Settings {
  /** Fewer and shorter rounds: to see that a bench works, not what it says. */
  quick: boolean;
  resources: Resources;
  /** One line for the person who waits. */
  progress: (line: string) => void;
}

export interface Bench {
  name: string;
  /** One line for the list of benches. */
  about: string;
  /** Yields its results as they come. Throws where something is broken; a slow result is not. */
  run(settings: Settings): AsyncIterable<Row | Skip>;
}

export const atLeast = (value: number): Target => ({ is: 'at least', value });
export const atMost = (value: number): Target => ({ is: 'at most', value });

export function isReached({ ratio, target }: Row): boolean | null {
  if (target === null) return null;
  return target.is === 'at least' ? ratio >= target.value : ratio <= target.value;
}
