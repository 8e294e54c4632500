import { type CompiledArtifact, countriesOf } from '../../src/core/decide/compile.ts';
import { type DecisionSource, SOURCES } from '../../src/core/decide/decision.ts';
import type { Decision } from '../../src/core/decide/schema.ts';
import { compareCodePoints, foldCountry, ownCopy } from '../../src/core/values.ts';
import { viewOf } from '../read/csv-bytes.ts';

/** Customers who were given the same decision in one country, and how it is written. */
interface DecisionCount {
  decision: Decision;
  ending: AddedFields;
  customers: number;
}

/** What is added after a customer's record, as text and in UTF-8. */
export interface AddedFields {
  text: string;
  bytes: DataView;
}

/** Customers and spend of one country from one source. */
export interface SpendLine {
  /** As the artifact shows it; as the file spells it first where the artifact does not have it. */
  country: string;
  /** ISO 4217; null where the config names none. */
  currency: string | null;
  source: DecisionSource;
  customers: number;
  spend: number;
}

/** Customers whom the default answers, by the reason. */
export interface ByDefault {
  /** Their country is not in the history. */
  unknown_country: number;
  /** They are in no band of a segment. */
  no_band: number;
  /** Their band, or their country as a whole, has no amount. */
  no_amount: number;
  /** The segments that they were asked with. */
  segments: string[];
}

/** Spellings that are looked up at once; others are folded each time. */
const MOST_SPELLINGS = 10_000;
/** Countries that are told apart; a file with more has something else in that column. */
const MOST_COUNTRIES = 1_000;
const OTHERS = '(others)';

/**
 * Counts what was decided, by country and decision. There are few different decisions: finding the one at hand costs
 * less than writing it again for each customer.
 */
export class SpendTally {
  readonly #shown: Map<string, string>;
  readonly #inHistory: ReadonlySet<string>;
  readonly #isJoint: (segment: string) => boolean;
  readonly #bySpelling = new Map<string, CountryTally>();
  readonly #byFold = new Map<string, CountryTally>();

  /** @param compiled what decides */
  constructor(compiled: CompiledArtifact) {
    const { countries, config } = compiled.table;
    this.#shown = new Map(countriesOf(compiled).map((name) => [foldCountry(name), name]));
    this.#inHistory = new Set(countries.map(foldCountry));
    this.#isJoint = (segment) => Object.hasOwn(config.combined, segment);
  }

  /** Counts a customer. @param write how a decision is written @returns what to add after the record */
  add(country: string, decision: Decision, write: (decision: Decision) => string): AddedFields {
    const counts = this.#bySpelling.get(country) ?? this.#country(country);
    const found = counts.known.get(decision) ?? countOf(counts, decision, write(decision));
    found.customers++;
    return found.ending;
  }

  /** Customers and spend, the country with the most customers first, and in it segment, country, default. */
  lines(): SpendLine[] {
    const lines = [...this.#byFold.values()].flatMap(({ name, decisions }) => {
      const counts = [...decisions.values()];
      return SOURCES.flatMap((source) => {
        const own = counts.filter(({ decision }) => decision.source === source);
        if (own.length === 0) return [];
        const customers = own.reduce((sum, count) => sum + count.customers, 0);
        const currency = own[0]?.decision.currency ?? null;
        return [{ country: name, currency, source, customers, spend: spendOf(own) }];
      });
    });
    const total = new Map<string, number>();
    for (const { country, customers } of lines) total.set(country, (total.get(country) ?? 0) + customers);
    const of = ({ country }: SpendLine) => total.get(country) ?? 0;
    return lines.sort((a, b) => of(b) - of(a) || compareCodePoints(a.country, b.country));
  }

  /** Customers whom the default answers, and why. */
  byDefault(): ByDefault {
    const found = { unknown_country: 0, no_band: 0, no_amount: 0 };
    const segments = new Set<string>();
    for (const [fold, { decisions }] of this.#byFold) {
      for (const { decision, customers } of decisions.values()) {
        if (decision.source !== 'default') continue;
        const reason = !this.#inHistory.has(fold)
          ? 'unknown_country'
          : decision.segment === null && !this.#isJoint(decision.segment_name)
            ? 'no_band'
            : 'no_amount';
        found[reason] += customers;
        segments.add(decision.segment_name);
      }
    }
    return { ...found, segments: [...segments].sort() };
  }

  #country(spelling: string): CountryTally {
    const fold = foldCountry(spelling);
    const known = this.#byFold.size < MOST_COUNTRIES || this.#byFold.has(fold) || this.#shown.has(fold);
    const key = known ? fold : OTHERS;
    let counts = this.#byFold.get(key);
    if (counts === undefined) {
      counts = {
        name: known ? (this.#shown.get(fold) ?? spelling.trim()) : OTHERS,
        decisions: new Map(),
        known: new WeakMap(),
      };
      this.#byFold.set(key, counts);
    }
    if (this.#bySpelling.size < MOST_SPELLINGS) this.#bySpelling.set(ownCopy(spelling), counts);
    return counts;
  }
}

interface CountryTally {
  name: string;
  /** By how they are written. */
  decisions: Map<string, DecisionCount>;
  /** The same by the objects that were met: the same cell gives the same one each time. */
  known: WeakMap<Decision, DecisionCount>;
}

/** @returns the count of a decision that is written like this */
function countOf({ decisions, known }: CountryTally, decision: Decision, text: string): DecisionCount {
  const ending = { text, bytes: viewOf(Buffer.from(text)) };
  const count = decisions.get(text) ?? { decision, ending, customers: 0 };
  decisions.set(text, count);
  known.set(decision, count);
  return count;
}

/** Summed in the order of the amounts, so that the order of customers does not change it. */
function spendOf(counts: readonly DecisionCount[]): number {
  return counts
    .toSorted((a, b) => a.decision.voucher_amount - b.decision.voucher_amount)
    .reduce((sum, { decision, customers }) => sum + decision.voucher_amount * customers, 0);
}
