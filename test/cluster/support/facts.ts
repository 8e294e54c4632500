import type { Cube } from '../../../src/core/cube/cube.ts';

/** All that a cube says, as lines in one order, so that two cubes can be compared and their difference be read. */
export function factsOf(cube: Cube): string[] {
  const facts = [`from ${cube.firstTimestamp} to ${cube.lastTimestamp}`];
  for (const [country, { groups, dropped, totalOrdersFilled }] of cube.countries) {
    const name = JSON.stringify(country);
    if (totalOrdersFilled > 0) facts.push(`${name} filled ${totalOrdersFilled}`);
    for (const [reason, rows] of Object.entries(dropped)) facts.push(`${name} ${reason} ${rows}`);
    for (const [group, amounts] of groups) {
      for (const [amount, rows] of amounts) facts.push(`${name} group ${group} amount ${amount}: ${rows}`);
    }
  }
  return facts.sort();
}
