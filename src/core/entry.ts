/** @returns the entry of a list that must be there: a default would turn a mistake into a wrong number @throws RangeError */
export function entry<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`There is no entry ${index} in a list of ${list.length}`);
  return found;
}
