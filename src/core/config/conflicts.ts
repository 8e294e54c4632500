import type { Combined, Conflict, Segment } from '../segments/schema.ts';
import { foldCountry } from '../values.ts';
import type { DecidingConfig } from './deciding.ts';

/** The most combinations of bands that a config may span; a cube's cell is addressed by one number. */
const MOST_COMBINATIONS = 1_000_000;

/** Every segment and alias has a name of its own. */
export function nameConflicts(
  segments: Record<string, Segment>,
  combined: Record<string, Combined>,
): Conflict[] {
  const found: Conflict[] = [];
  const taken = new Map(Object.keys(segments).map((name) => [name, `segments.${name}`]));
  if (taken.size === 0)
    found.push({ path: ['segments'], message: 'expected at least one segment, got none' });
  const take = (name: string, path: Conflict['path']) => {
    const holder = taken.get(name);
    if (holder)
      found.push({ path, message: `expected a name of its own, got "${name}", which ${holder} has` });
    else taken.set(name, path.join('.'));
  };
  for (const name of Object.keys(combined)) take(name, ['combined', name]);
  for (const [kind, entries] of Object.entries({ segments, combined })) {
    for (const [name, { aliases }] of Object.entries<Segment | Combined>(entries)) {
      for (const [index, alias] of aliases.entries()) take(alias, [kind, name, 'aliases', index]);
    }
  }
  return found;
}

/** Bands have names of their own, do not overlap, and are not too many together. */
export function bandConflicts(segments: Record<string, Segment>): Conflict[] {
  const found: Conflict[] = [];
  let combinations = 1;
  for (const [name, { bands }] of Object.entries(segments)) {
    const path = ['segments', name, 'bands'];
    combinations *= bands.length + 1;
    const sorted = bands.map((band, index) => ({ band, index })).sort((a, b) => a.band.min - b.band.min);
    const names = new Set<string>();
    for (const [index, band] of bands.entries()) {
      if (names.has(band.name)) {
        found.push({
          path: [...path, index, 'name'],
          message: `expected a name of its own, got "${band.name}" again`,
        });
      }
      names.add(band.name);
      if (band.max !== undefined && band.min > band.max) {
        found.push({
          path: [...path, index],
          message: `expected min at most max, got ${band.min} and ${band.max}`,
        });
      }
    }
    for (const [at, { band, index }] of sorted.entries()) {
      const next = sorted[at + 1];
      if (next && (band.max === undefined || band.max >= next.band.min)) {
        const message = `expected bands that do not overlap, got ${next.band.name} (from ${next.band.min}) and ${band.name} (${band.max === undefined ? 'without max' : `to ${band.max}`}, entry ${index})`;
        found.push({ path: [...path, next.index], message });
      }
    }
  }
  if (combinations > MOST_COMBINATIONS) {
    const message = `expected at most ${MOST_COMBINATIONS} combinations of bands, got ${Number.isFinite(combinations) ? combinations : 'far more'}`;
    found.push({ path: ['segments'], message });
  }
  return found;
}

/** The segment of requests that name none is one of the config, or an alias of one. */
export function defaultSegmentConflicts({
  segments,
  combined,
  default_segment: name,
}: Pick<DecidingConfig, 'segments' | 'combined' | 'default_segment'>): Conflict[] {
  const all = Object.entries<Segment | Combined>({ ...segments, ...combined });
  const known = all.flatMap(([own, { aliases }]) => [own, ...aliases]);
  if (name === undefined || known.includes(name)) return [];
  const message = `expected a segment of this config, got "${name}": there are ${known.join(', ')}`;
  return [{ path: ['default_segment'], message }];
}

/** A country is in the config once, whatever its spelling. */
export function countryConflicts(countries: DecidingConfig['countries']): Conflict[] {
  const seen = new Map<string, string>();
  const found: Conflict[] = [];
  for (const country of Object.keys(countries)) {
    const other = seen.get(foldCountry(country));
    if (other !== undefined) {
      const message = `expected each country once, got "${other}" and "${country}", which differ in case alone`;
      found.push({ path: ['countries', country], message });
    }
    seen.set(foldCountry(country), country);
  }
  return found;
}
