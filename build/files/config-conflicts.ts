import { type Config, FIELDS } from '../../src/core/config/config.ts';
import type { Issue } from '../../src/core/issues.ts';
import type { Feature } from '../../src/core/segments/schema.ts';

/** What a feature can be at all, where no band beyond it will ever have a row. */
const RANGES: Partial<Record<Feature, readonly [least: number, most: number, words: string]>> = {
  weekday: [1, 7, 'weekdays are 1 (Monday) to 7'],
  hour: [0, 23, 'hours are 0 to 23'],
};

/**
 * What is wrong with a config for whoever is about to read a history with it. An artifact or a service from before may
 * have such a config, and goes on with it.
 */
export function historyConflicts({ segments, columns }: Pick<Config, 'segments' | 'columns'>): Issue[] {
  return [...edgeConflicts(segments), ...columnConflicts(columns)];
}

function edgeConflicts(segments: Config['segments']): Issue[] {
  return Object.entries(segments).flatMap(([name, { of, bands }]) => {
    const [least, most, words] = RANGES[of] ?? [0, Number.POSITIVE_INFINITY, ''];
    return bands.flatMap(({ min, max }, index) =>
      Object.entries({ min, max }).flatMap(([edge, value]) => {
        if (value === undefined || (value >= least && value <= most)) return [];
        const bound = value < least ? `at least ${least}` : `at most ${most}`;
        const path = `segments.${name}.bands.${index}.${edge}`;
        return [{ path, message: `expected ${bound}, since ${words}, got ${value}` }];
      }),
    );
  });
}

function columnConflicts(columns: Config['columns']): Issue[] {
  return FIELDS.flatMap((field, index) => {
    const other = FIELDS.slice(0, index).find((before) => columns[before] === columns[field]);
    if (other === undefined) return [];
    const message = `expected a column of its own, got ${JSON.stringify(columns[field])}, which columns.${other} has`;
    return [{ path: `columns.${field}`, message }];
  });
}
