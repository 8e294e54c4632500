/** Where a walk down the ladder can end. */
export const SOURCES = ['segment', 'country', 'default'] as const;
export type DecisionSource = (typeof SOURCES)[number];
