import type { Config } from '../../src/core/config/config.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import type { Issue } from '../../src/core/issues.ts';
import { FEATURES } from '../../src/core/segments/features.ts';

/**
 * What is wrong with a config for a command that is about to read a history with it. An artifact or a service from before may
 * have such a config, and goes on with it.
 */
export function historyConflicts({ segments, columns }: Pick<Config, 'segments' | 'columns'>): Issue[] {
  return [...edgeConflicts(segments), ...columnConflicts(columns)];
}

function edgeConflicts(segments: Config['segments']): Issue[] {
  return Object.entries(segments).flatMap(([name, { of, bands }]) => {
    const { range, rangeInWords } = FEATURES[of];
    const [least, most] = range;
    return bands.flatMap(({ min, max }, index) =>
      Object.entries({ min, max }).flatMap(([edge, value]) => {
        if (value === undefined || (value >= least && value <= most)) return [];
        const bound = value < least ? `at least ${least}` : `at most ${most}`;
        const path = `segments.${name}.bands.${index}.${edge}`;
        return [{ path, message: `expected ${bound}, since ${rangeInWords}, got ${value}` }];
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
