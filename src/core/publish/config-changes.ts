import { canonicalJson } from '../canonical.ts';

/**
 * Says in words what one config has that another has not.
 *
 * @param path of what is compared
 * @returns a line for each setting: `amount.statistic: mean → median`
 * @example configChanges({ default_amount: 0 }, { default_amount: 5 }) // ['default_amount: 0 → 5']
 */
export function configChanges(before: unknown, after: unknown, path = ''): string[] {
  if (text(before) === text(after)) return [];
  const [one, other] = [entriesOf(before), entriesOf(after)];
  if (one === null || other === null) return [`${path}: ${text(before)} → ${text(after)}`];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name) =>
    configChanges(one.get(name), other.get(name), path === '' ? name : `${path}.${name}`),
  );
}

/** @returns the parts of an object, or of a list of things with names; null for what is told as a whole */
function entriesOf(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  if (value.length === 0) return null;
  const named = value.map((item: unknown) =>
    typeof item === 'object' && item !== null && 'name' in item ? String(item.name) : null,
  );
  if (named.includes(null)) return null;
  return new Map(value.map((item: unknown, index) => [String(named[index]), item]));
}

function text(value: unknown): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : canonicalJson(value);
}
