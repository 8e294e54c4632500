const KEY = Symbol.for('what is done once in this process');
const global = globalThis as unknown as { [KEY]?: Map<string, Promise<unknown>> };

/**
 * Does something once in a process: what needs it is loaded anew for each project by the setups, and may be for each file by
 * the tests.
 *
 * @returns what the first call with this name gives
 */
export function once<T>(name: string, work: () => Promise<T>): Promise<T> {
  global[KEY] ??= new Map();
  const done = (global[KEY].get(name) as Promise<T> | undefined) ?? work();
  global[KEY].set(name, done);
  return done;
}
