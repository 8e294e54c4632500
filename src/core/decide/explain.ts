import type { CountryStatistics } from '../estimate/estimate.ts';
import { type Statistic, servedAmount } from '../estimate/statistics.ts';
import {
  type Combination,
  combinationKey,
  combinationName,
  combinationsToAsk,
} from '../segments/combined.ts';
import type { ServedStatistic } from '../segments/schema.ts';
import { type Facts, featureOf, NO_BAND } from '../segments/segments.ts';
import { foldCountry } from '../values.ts';
import { type CompiledArtifact, roundTo, type SegmentTable } from './compile.ts';
import { type CombinedTable, rungsOf } from './compile-combined.ts';
import { type Decision, decide, factsOf, type Refusal, type Rung } from './decide.ts';
import type { VoucherRequest } from './request.ts';

/** One rung of the ladder as it was walked. */
export interface Step {
  rung: Rung;
  /** What was looked up: a band, a combination, a country; null where there was nothing to look up. */
  looked_up: string | null;
  /** Kept rows behind it; null where the artifact does not hold it. */
  rows: number | null;
  /** Whether the answer comes from here, and if not, why the rung was left. */
  outcome: 'answered' | 'unknown_country' | 'no_band' | 'no_rows' | 'too_few_rows' | 'no_amount';
  /** The same for people. */
  reason: string;
}

export type Explanation = { ok: true; decision: Decision; ladder: Step[] } | { ok: false; refusal: Refusal };

/** What a ladder finds: the amount that answers, or null for the default. */
interface Walk {
  steps: Step[];
  found: { amount: number; rows: number; source: Rung } | null;
  /** The band or combination that the answer names. */
  segment: string | null;
}

/** The country that is asked: as it is shown, its statistics, and the amount that a cell of it serves. */
interface Asked {
  shown: string;
  statistics: CountryStatistics;
  amountOf: (statistic: Statistic, chosen?: ServedStatistic) => number | null;
}

/**
 * Answers as decide does, and tells how: every rung that was tried, in order, with the rows behind it and why it was
 * left. It walks the statistics of the artifact itself, not the compiled table, so the two can be held against each
 * other; it is for people who ask, not for every request.
 *
 * @param now seconds; stands in for the request's as_of
 */
export function explain(compiled: CompiledArtifact, request: VoucherRequest, now: number): Explanation {
  const outcome = decide(compiled, request, now);
  const segment = compiled.segments.get(request.segment_name.trim());
  if (!outcome.ok || segment === undefined) {
    return outcome.ok ? { ...outcome, ladder: [] } : outcome;
  }
  const facts = factsOf(request, request.as_of ?? now);
  const { steps, found, segment: name } = walk(compiled, segment, request.country_code, facts);
  const fold = foldCountry(request.country_code);
  const byDefault = compiled.defaults.get(fold) ?? compiled.defaultAmount;
  if (found === null) steps.push(defaultStep(byDefault));
  const decision: Decision = {
    voucher_amount: found?.amount ?? byDefault,
    segment_name: segment.name,
    segment: name,
    source: found?.source ?? 'default',
    sample_size: found?.rows ?? 0,
    artifact_version: compiled.artifact.version,
  };
  return { ok: true, decision, ladder: steps };
}

function walk(
  compiled: CompiledArtifact,
  segment: SegmentTable | CombinedTable,
  country: string,
  facts: Facts,
): Walk {
  const { countries, config } = compiled.artifact;
  const fold = foldCountry(country);
  const [shown = country.trim(), statistics] =
    [...countries].findLast(([name]) => foldCountry(name) === fold) ?? [];
  if (statistics === undefined) {
    const name = segment.kind === 'combined' ? null : bandOf(segment, facts);
    return { steps: [unknownCountry(shown)], found: null, segment: name };
  }
  const round = roundTo(config.amount.round_to);
  const amounts = Object.keys(statistics.overall.amounts).map(Number);
  const asked: Asked = {
    shown,
    statistics,
    amountOf(statistic, chosen = config.amount.statistic) {
      const amount = servedAmount(statistic, chosen, amounts);
      return amount === null ? null : round(amount);
    },
  };
  return segment.kind === 'combined'
    ? walkCombinations(segment, asked, facts)
    : walkBand(compiled, segment, asked, facts);
}

function walkBand(
  { artifact, fallsBackToCountry }: CompiledArtifact,
  segment: SegmentTable,
  asked: Asked,
  facts: Facts,
): Walk {
  const band = bandOf(segment, facts);
  const steps: Step[] = [];
  if (band === null) {
    const reason = `${segment.name} has no band for ${segment.feature} ${featureOf(segment.feature, facts)}`;
    steps.push({ rung: 'segment', looked_up: null, rows: null, outcome: 'no_band', reason });
  } else {
    const statistic = new Map(Object.entries(asked.statistics.segments[segment.name] ?? {})).get(band);
    const amount = statistic
      ? asked.amountOf(statistic, artifact.config.segments[segment.name]?.statistic)
      : null;
    steps.push(stepOf('segment', `${segment.name} ${band}`, statistic, amount));
    if (statistic && amount !== null) {
      return { steps, found: { amount, rows: statistic.count, source: 'segment' }, segment: band };
    }
  }
  return fallsBackToCountry
    ? walkCountry(steps, asked, band, undefined)
    : { steps, found: null, segment: band };
}

function walkCombinations({ plan }: CombinedTable, asked: Asked, facts: Facts): Walk {
  const rungs = rungsOf(plan, asked.statistics);
  const known: Combination = plan.parts.map(({ feature, locate }) => locate(featureOf(feature, facts)));
  const chosen = plan.config.statistic;
  const steps: Step[] = [];
  if (known.every((band) => band === NO_BAND)) {
    const reason = `none of ${plan.config.combine.join(', ')} has a band for this request`;
    steps.push({ rung: 'segment', looked_up: null, rows: null, outcome: 'no_band', reason });
  }
  for (const combination of combinationsToAsk(plan, known)) {
    const rung = rungs.get(combinationKey(plan, combination));
    const name = combinationName(plan, combination);
    if (rung === undefined) {
      const reason = `${name}: fewer than ${plan.config.min_support} rows with an amount, or no others than the next one has`;
      steps.push({ rung: 'segment', looked_up: name, rows: null, outcome: 'too_few_rows', reason });
      continue;
    }
    const { statistic } = rung;
    const amount = asked.amountOf(statistic, chosen);
    steps.push(stepOf('segment', name, statistic, amount));
    if (amount === null) return { steps, found: null, segment: null };
    return { steps, found: { amount, rows: statistic.count, source: 'segment' }, segment: name };
  }
  return walkCountry(steps, asked, null, chosen);
}

function walkCountry(
  steps: Step[],
  { shown, statistics: { overall }, amountOf }: Asked,
  band: string | null,
  chosen: ServedStatistic | undefined,
): Walk {
  const amount = amountOf(overall, chosen);
  steps.push(stepOf('country', shown, overall, amount));
  const found = amount === null ? null : { amount, rows: overall.count, source: 'country' as const };
  return { steps, found, segment: band };
}

function bandOf(segment: SegmentTable, facts: Facts): string | null {
  return segment.bands[segment.locate(featureOf(segment.feature, facts))]?.name ?? null;
}

function stepOf(
  rung: Rung,
  looked_up: string,
  statistic: Statistic | undefined,
  amount: number | null,
): Step {
  if (statistic === undefined) {
    const reason = `${looked_up}: the history has no row there`;
    return { rung, looked_up, rows: 0, outcome: 'no_rows', reason };
  }
  const { count: rows, observed } = statistic;
  if (amount === null) {
    const reason = `${looked_up}: none of its ${rows} rows has an amount`;
    return { rung, looked_up, rows, outcome: 'no_amount', reason };
  }
  const reason = `${looked_up}: ${rows} rows, ${observed} with an amount of their own`;
  return { rung, looked_up, rows, outcome: 'answered', reason };
}

function unknownCountry(country: string): Step {
  const reason = `the history has no rows of ${country}`;
  return { rung: 'segment', looked_up: country, rows: 0, outcome: 'unknown_country', reason };
}

function defaultStep(amount: number): Step {
  const reason = `the default, ${amount}, is what is left`;
  return { rung: 'default', looked_up: null, rows: 0, outcome: 'answered', reason };
}
