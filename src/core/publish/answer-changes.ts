import type { Decision } from '../decide/schema.ts';
import { type Feature, UNKNOWN } from '../segments/features.ts';
import type { Located, Quantities, Side } from './compared.ts';
import type { AnswerChange, ArtifactDiff, Currencies } from './comparison.ts';
import { changeOf, isSameMoney } from './spend.ts';

/** What two artifacts answer, compared answer by answer. */
type AnswerDiff = Pick<ArtifactDiff, 'answers' | 'answer_changes'>;

/**
 * Compares every answer that POST /voucher can give: of each segment, in each country and in those that are not
 * known, for customers in each band, in each joint position of a combined segment, and in none. Customers whose two
 * answers come from the same places are one answer.
 *
 * @param old null where nothing is live: then all answers are new
 */
export function compareAnswers(old: Side | null, now: Side): AnswerDiff {
  const diff: AnswerDiff = { answers: { same: 0, moved: 0, added: 0, removed: 0 }, answer_changes: [] };
  const countries = new Map<string | null, string | null>([
    ...(old?.named ?? []),
    ...now.named,
    [null, null],
  ]);
  for (const segment of new Set([...(old?.segments ?? []), ...now.segments])) {
    const isJoint = old?.isJoint(segment) === true || now.isJoint(segment);
    const bands = new Set<string | null>([...(old?.bandsOf(segment) ?? []), ...now.bandsOf(segment), null]);
    const customers = isJoint ? [...customersOf(old, now, segment)] : [];
    const located: BothSides = {
      before: old?.locate(segment, customers) ?? null,
      after: now.locate(segment, customers),
    };
    for (const [fold, country] of countries) {
      const currency = { before: old?.currency(fold) ?? null, after: now.currency(fold) };
      const answers = isJoint
        ? jointAnswers(old, now, fold, customers.length, located)
        : Array.from(bands, (band) => ({
            band,
            before: old?.decision(fold, segment, band) ?? null,
            after: now.decision(fold, segment, band),
          }));
      for (const { band, before, after } of answers) {
        if (before === null && after === null) continue;
        const kind = before === null ? 'added' : after === null ? 'removed' : kindOf(before, after, currency);
        diff.answers[kind]++;
        if (kind === 'same') continue;
        diff.answer_changes.push(changed({ country, segment, band, currency }, before, after));
      }
    }
  }
  diff.answer_changes.sort((a, b) => relativeChange(b) - relativeChange(a));
  return diff;
}

/** @returns a change of an answer, from what is decided before and after */
export function changed(
  asked: Pick<AnswerChange, 'country' | 'segment' | 'band' | 'currency'>,
  before: Decision | null,
  after: Decision | null,
): AnswerChange {
  return {
    ...asked,
    amount: { before: before?.voucher_amount ?? null, after: after?.voucher_amount ?? null },
    source: { before: before?.source ?? null, after: after?.source ?? null },
    rows: { before: before?.sample_size ?? 0, after: after?.sample_size ?? 0 },
  };
}

/** What customers are given, before and after. */
interface AnswerPair {
  band: string | null;
  before: Decision | null;
  after: Decision | null;
}

/** The same customers on both sides; null where there is no such segment. */
interface BothSides {
  before: Located | null;
  after: Located | null;
}

/**
 * A customer is two numbers until a pair of answers is new: there are many customers, in each of many countries.
 *
 * @param count of customers
 * @returns the answers of a combined segment, each pair once, under the name of the finer of the two cells
 */
function* jointAnswers(
  old: Side | null,
  now: Side,
  fold: string | null,
  count: number,
  { before, after }: BothSides,
): Generator<AnswerPair> {
  const seen = new Set<number>();
  for (let index = 0; index < count; index++) {
    const was = old && before ? old.numberFor(fold, before, index) : 0;
    const is = after ? now.numberFor(fold, after, index) : 0;
    const pair = was * MOST_NUMBERS + is;
    if (seen.has(pair)) continue;
    seen.add(pair);
    const decided = {
      before: old && before ? old.decisionFor(fold, before, index) : null,
      after: after ? now.decisionFor(fold, after, index) : null,
    };
    yield { band: decided.after?.segment ?? decided.before?.segment ?? null, ...decided };
  }
}

/** More than a segment has answers in a country; two such numbers make one that is exact. */
const MOST_NUMBERS = 2 ** 26;

/** @returns a customer for every position that customers can have in a combined segment, on either side */
function* customersOf(old: Side | null, now: Side, segment: string): Generator<Quantities> {
  const edges = new Map<Feature, Set<number>>();
  for (const { feature, bands } of [...(old?.partsOf(segment) ?? []), ...now.partsOf(segment)]) {
    const known = edges.get(feature) ?? new Set([UNKNOWN, 0]);
    edges.set(feature, known);
    for (const { min, max } of bands) {
      known.add(min);
      if (max !== undefined) known.add(max + 1);
    }
  }
  const features = [...edges];
  function* from(index: number, quantities: Quantities): Generator<Quantities> {
    const next = features[index];
    if (next === undefined) return yield quantities;
    for (const quantity of next[1]) yield* from(index + 1, new Map([...quantities, [next[0], quantity]]));
  }
  yield* from(0, new Map());
}

function kindOf(before: Decision, after: Decision, currency: Currencies): 'same' | 'moved' {
  return before.voucher_amount === after.voucher_amount && isSameMoney(currency) ? 'same' : 'moved';
}

/** @returns as {@link changeOf}; 0 where one of the two answers is not there */
export function relativeChange({
  amount: { before, after },
  currency,
}: Pick<AnswerChange, 'amount' | 'currency'>): number {
  return before === null || after === null ? 0 : changeOf(before, after, currency);
}
