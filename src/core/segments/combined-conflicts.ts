import { atomsOf } from './atoms.ts';
import { ANY_BAND, JOINT } from './cell-names.ts';
import type { Combined, Conflict, Segment } from './schema.ts';

/** The most joint positions of bands in a combined segment: comparing two artifacts looks at each, in every country. */
const MOST_POSITIONS = 20_000;

/** What is wrong with the combined segments of a config, beyond the shape of each. */
export function combinedConflicts({
  segments,
  combined,
}: {
  segments: Record<string, Segment>;
  combined: Record<string, Combined>;
}): Conflict[] {
  return Object.entries(combined).flatMap(([name, { combine }]) => {
    const path = ['combined', name, 'combine'];
    const found: Conflict[] = combine.flatMap((part, index) => {
      const at = [...path, index];
      const segment = Object.hasOwn(segments, part) ? segments[part] : undefined;
      if (segment === undefined) {
        const known = Object.keys(segments).join(', ');
        return [{ path: at, message: `expected the name of a segment (${known}), got "${part}"` }];
      }
      if (combine.indexOf(part) < index) {
        return [{ path: at, message: `expected each segment once, got "${part}" again` }];
      }
      return segment.bands
        .filter((band) => band.name === ANY_BAND || band.name.includes(JOINT))
        .map((band) => ({
          path: at,
          message: `expected bands that are not named "${ANY_BAND}" and have no "${JOINT}" in their name, got "${band.name}"`,
        }));
    });
    if (found.length > 0) return found;
    const positions = positionsOf(combine.flatMap((part) => segments[part] ?? []));
    if (positions <= MOST_POSITIONS) return [];
    const message = `expected at most ${MOST_POSITIONS} joint positions of the bands, got ${positions}: combine fewer segments, or ones with fewer bands`;
    return [{ path, message }];
  });
}

function positionsOf(parts: readonly Segment[]): number {
  const features = new Set(parts.map(({ of }) => of));
  return [...features].reduce((product, feature) => {
    const bands = parts.filter(({ of }) => of === feature).map((part) => part.bands);
    return product * (atomsOf(bands).length + 1);
  }, 1);
}
