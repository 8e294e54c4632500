/** The most results that are kept, some 400 to 600 bytes each. */
const MOST = 1_000;

/**
 * Keeps what is made of values that come again and again. So do decisions: an artifact gives the same object for the same
 * cell, so that nearly every text was made before.
 *
 * @param make makes a result; it must depend on nothing else than the value
 * @returns a function with the same results
 */
export function oncePer<Value, Result>(make: (value: Value) => Result): (value: Value) => Result {
  const results = new Map<Value, Result>();
  return (value) => {
    const before = results.get(value);
    if (before !== undefined) return before;
    const result = make(value);
    if (results.size >= MOST) results.clear();
    results.set(value, result);
    return result;
  };
}

/** As {@link oncePer} for objects: what is made of one goes when the object goes. */
export function onceFor<Key extends object, Result>(make: (key: Key) => Result): (key: Key) => Result {
  const results = new WeakMap<Key, Result>();
  return (key) => {
    const before = results.get(key);
    if (before !== undefined) return before;
    const result = make(key);
    results.set(key, result);
    return result;
  };
}

/** @returns a function of three values that remembers its last result: for what is the same for most requests */
export function keepingLast<A, B, C, R>(make: (a: A, b: B, c: C) => R): (a: A, b: B, c: C) => R {
  let last: { a: A; b: B; c: C; result: R } | undefined;
  return (a, b, c) => {
    if (last === undefined || a !== last.a || b !== last.b || c !== last.c) {
      last = { a, b, c, result: make(a, b, c) };
    }
    return last.result;
  };
}
