import type { Failure, Result } from './api.ts';
import { fill } from './dom.ts';
import { failed, loading } from './status.ts';

export interface ViewContext {
  query: URLSearchParams;
  /** Aborted when another view takes the place of this one. */
  left: AbortSignal;
}

/** Fills an element, and goes on changing it until it is left. */
export interface View {
  (into: HTMLElement, context: ViewContext): void;
  /** Whether it follows the query of the address by itself; another one is drawn again. */
  follows?: boolean;
}

/**
 * Shows what is loading, then what was loaded, or what went wrong with a way to try again.
 *
 * @param what in words: "the table of segments"
 */
export async function loaded<T>(
  into: HTMLElement,
  { what, left }: { what: string; left: AbortSignal },
  load: () => Promise<Result<T>>,
  show: (value: T) => void,
): Promise<void> {
  fill(into, loading(what));
  const result = await load();
  if (left.aborted) return;
  if (result.ok) return show(result.value);
  fill(
    into,
    failed(result, () => void loaded(into, { what, left }, load, show)),
  );
}

/** Both results, or the first that failed. */
export function both<A, B>(a: Result<A>, b: Result<B>): Result<[A, B]> {
  if (!a.ok) return a as Failure;
  if (!b.ok) return b as Failure;
  return { ok: true, status: 200, value: [a.value, b.value] };
}
