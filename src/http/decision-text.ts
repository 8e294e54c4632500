import type { Decision } from '../core/decide/schema.ts';

/** The most decisions whose text is kept, some 400 bytes each. */
const MOST = 1_000;

/**
 * Keeps the texts that are made of decisions. An artifact gives the same object for the same cell, so that nearly every
 * text was made before.
 *
 * @param make makes the text of a decision; it must depend on nothing else
 * @returns a function with the same results
 */
export function oncePerDecision(make: (decision: Decision) => string): (decision: Decision) => string {
  const texts = new Map<Decision, string>();
  return (decision) => {
    const before = texts.get(decision);
    if (before !== undefined) return before;
    const text = make(decision);
    if (texts.size >= MOST) texts.clear();
    texts.set(decision, text);
    return text;
  };
}
