import type { Artifact } from '../artifact/artifact.ts';
import type { CountryStatistics } from '../estimate/estimate.ts';
import { type Statistic, servedAmount } from '../estimate/statistics.ts';
import { type Atom, atomsOf } from '../segments/atoms.ts';
import {
  type Combination,
  type CombinedPlan,
  combinationKey,
  combinationsToAsk,
  parseCombination,
  planCombined,
} from '../segments/combined.ts';
import type { Feature } from '../segments/schema.ts';
import { compileBands, NO_BAND } from '../segments/segments.ts';
import { foldCountry } from '../values.ts';
import { type Cells, CellsBuilder } from './cells.ts';

/** One feature of a combined segment: all of its parts that band this feature are found by one look-up. */
export interface Axis {
  feature: Feature;
  atoms: readonly Atom[];
  /** @returns the position of the atom that holds a value, or NO_BAND */
  locate: (value: number) => number;
  /** Atoms and one for none. */
  choices: number;
}

/**
 * A combined segment as requests find it. The back-off is walked here, for every joint position of the bands, so that
 * deciding needs no walk: one index, one read.
 */
export interface CombinedTable {
  kind: 'combined';
  name: string;
  plan: CombinedPlan;
  axes: readonly Axis[];
  /** Joint positions of one country: the product of the choices. */
  size: number;
  /** What to answer, by country and joint position; no amount where not even the country has one. */
  cells: Cells;
  /** Which of `names` decides, or NO_BAND where it is the country. */
  decides: Int32Array;
  /** The combinations that decide somewhere. */
  names: string[];
}

/** What a combination has to say, found in the artifact. */
interface Rung {
  name: string;
  statistic: Statistic;
}

/**
 * Compiles the combined segments of an artifact.
 *
 * @param countries the positions of the countries, by folded name
 * @param round rounds an amount to what is served
 */
export function compileCombined(
  artifact: Artifact,
  countries: ReadonlyMap<string, number>,
  round: (amount: number) => number,
): CombinedTable[] {
  return planCombined(artifact.config).map((plan) => {
    const axes = axesOf(plan);
    const size = axes.reduce((product, { choices }) => product * choices, 1);
    const which = plan.config.statistic ?? artifact.config.amount.statistic;
    // The same for every country: worked out once.
    const ladders = Array.from({ length: size }, (_, joint) => ladderAt(plan, axes, joint));
    const numbers = new Map<string, number>();
    const cells = new CellsBuilder(countries.size * size);
    const decides = new Int32Array(countries.size * size).fill(NO_BAND);
    for (const [name, statistics] of artifact.countries) {
      const start = (countries.get(foldCountry(name)) ?? 0) * size;
      const own = Object.keys(statistics.overall.amounts).map(Number);
      const rungs = rungsOf(plan, statistics);
      ladders.forEach((ladder, joint) => {
        const rung = firstRung(rungs, ladder);
        const statistic = rung?.statistic ?? statistics.overall;
        const amount = servedAmount(statistic, which, own);
        if (amount === null) return;
        cells.put(start + joint, round(amount), statistic.count);
        if (rung === null) return;
        const number = numbers.get(rung.name) ?? numbers.size;
        numbers.set(rung.name, number);
        decides[start + joint] = number;
      });
    }
    const names = [...numbers.keys()];
    return { kind: 'combined', name: plan.name, plan, axes, size, cells: cells.pack(), decides, names };
  });
}

/** @returns the bands that a joint position of the axes stands for, for each part of the plan */
export function combinationAt(plan: CombinedPlan, axes: readonly Axis[], joint: number): Combination {
  const combination = plan.parts.map(() => NO_BAND);
  let rest = joint;
  for (const { feature, atoms, choices } of [...axes].reverse()) {
    const atom = atoms[(rest % choices) - 1];
    rest = Math.floor(rest / choices);
    const ofFeature = plan.parts.flatMap((part, index) => (part.feature === feature ? [index] : []));
    ofFeature.forEach((part, index) => {
      combination[part] = atom?.bands[index] ?? NO_BAND;
    });
  }
  return combination;
}

/** @returns the joint position that has these bands of the parts, the inverse of {@link combinationAt} */
export function jointPosition({ plan, axes }: CombinedTable, combination: Combination): number {
  return axes.reduce((joint, { feature, atoms, choices }) => {
    const bands = combination.filter((_, part) => plan.parts[part]?.feature === feature);
    const atom = atoms.findIndex((one) => one.bands.every((band, index) => band === bands[index]));
    return joint * choices + atom + 1;
  }, 0);
}

/** @returns the combinations that a country's statistics have, by their key */
export function rungsOf(plan: CombinedPlan, { segments }: CountryStatistics): Map<number, Rung> {
  const rungs = new Map<number, Rung>();
  for (const [name, statistic] of Object.entries(segments[plan.name] ?? {})) {
    const combination = parseCombination(plan, name);
    if (combination !== null) rungs.set(combinationKey(plan, combination), { name, statistic });
  }
  return rungs;
}

function axesOf({ parts, features }: CombinedPlan): Axis[] {
  return features.map((feature) => {
    const atoms = atomsOf(parts.filter((part) => part.feature === feature).map(({ bands }) => bands));
    return { feature, atoms, locate: compileBands(atoms), choices: atoms.length + 1 };
  });
}

/** @returns the keys of the combinations that a joint position asks, in their order */
function ladderAt(plan: CombinedPlan, axes: readonly Axis[], joint: number): Float64Array {
  const combinations = [...combinationsToAsk(plan, combinationAt(plan, axes, joint))];
  return Float64Array.from(combinations, (combination) => combinationKey(plan, combination));
}

function firstRung(rungs: ReadonlyMap<number, Rung>, ladder: Float64Array): Rung | null {
  for (const key of ladder) {
    const rung = rungs.get(key);
    if (rung !== undefined) return rung;
  }
  return null;
}
