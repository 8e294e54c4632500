/** Between the bands of a joint cell, and for a part that it does without: `31-60 × * × 90-179`. */
export const JOINT = ' × ';
export const ANY_BAND = '*';

/** @returns the band of each part of a combination by its name, {@link ANY_BAND} where it may be any */
export function partsOf(name: string): string[] {
  return name.split(JOINT);
}

/** @returns how many parts a combination looks at */
export function partsKnown(name: string): number {
  return partsOf(name).filter((part) => part !== ANY_BAND).length;
}
