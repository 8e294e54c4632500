import type { Issue } from '../../src/core/issues.ts';

/** What matters of JSON: a key with its colon, any other string, and the marks of objects and lists. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\],]/g;

/**
 * Finds the keys that an object has twice: the last one would count, and the others go without a word. A key `__proto__`
 * goes as well.
 *
 * @param json text that has been parsed
 */
export function repeatedKeys(json: string): Issue[] {
  const issues: Issue[] = [];
  const open: { keys: Set<string> | null; at: string | number }[] = [];
  for (const [mark, text = '', colon] of json.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (mark === '{' || mark === '[') {
      open.push(mark === '{' ? { keys: new Set(), at: '' } : { keys: null, at: 0 });
    } else if (mark === '}' || mark === ']') open.pop();
    else if (mark === ',') {
      if (typeof inside?.at === 'number') inside.at++;
    } else if (colon !== undefined && inside?.keys) {
      const key: string = JSON.parse(text);
      inside.at = key;
      const path = open.map(({ at }) => at).join('.');
      if (inside.keys.has(key)) issues.push({ path, message: 'expected this key once, got it again' });
      else if (key === '__proto__') issues.push({ path, message: 'expected no key of this name' });
      inside.keys.add(key);
    }
  }
  return issues;
}
