import type { BatchEntry } from '../../api/voucher.ts';
import type { DecisionSource } from '../../core/decide/decision.ts';
import type { Decision } from '../../core/decide/schema.ts';
import { type MoneySum, sumByUnit } from '../../core/sum-money.ts';
import { foldCountry } from '../../core/values.ts';

/** Why the default answered, as far as an answer tells. */
export type Reason = 'unknown_country' | 'no_band' | 'no_history' | 'not_found';

/** What customers of one country get, in one currency. */
export interface Line {
  country: string;
  currency: string | undefined;
  customers: number;
  spend: number;
  sources: Record<DecisionSource, number>;
}

/** Customers that the service refused for one reason. */
export interface Refusal {
  code: string;
  message: string;
  customers: number;
  /** The first lines of the file, counted from 1 with its head. */
  lines: number[];
}

/** Lines that a refusal names. */
const MOST_LINES = 5;

/** Counts the answers for the customers of a file as they arrive, so that a file of any length fits. */
export class CampaignTally {
  customers = 0;
  refused = 0;
  readonly versions = new Set<string>();
  readonly reasons: Record<Reason, number> = {
    unknown_country: 0,
    no_band: 0,
    no_history: 0,
    not_found: 0,
  };
  readonly #lines = new Map<string, Line>();
  readonly #refusals = new Map<string, Refusal>();
  readonly #known: Map<string, string> | null;

  /** @param countries that the version has rows of, as it writes them; null where that is not known */
  constructor(countries: readonly string[] | null) {
    this.#known = countries && new Map(countries.map((name) => [foldCountry(name), name]));
  }

  /** Counts the answer to one customer. @param line of the file */
  add(country: string, line: number, entry: BatchEntry): void {
    this.customers++;
    if ('error' in entry) this.#refuse(line, entry.error);
    else this.#count(country, entry);
  }

  #count(country: string, decision: Decision): void {
    const { voucher_amount, currency, segment, source, artifact_version } = decision;
    this.versions.add(artifact_version);
    const known = this.#known?.get(foldCountry(country));
    const name = known ?? country.trim();
    const key = JSON.stringify([known ?? foldCountry(country), currency]);
    const found = this.#lines.get(key) ?? {
      ...{ country: name, currency, customers: 0, spend: 0 },
      sources: { segment: 0, country: 0, default: 0 },
    };
    this.#lines.set(key, found);
    found.customers++;
    found.spend += voucher_amount;
    found.sources[source]++;
    if (source !== 'default') return;
    this.reasons[this.#reasonOf(known, segment)]++;
  }

  #reasonOf(known: string | undefined, segment: string | null): Reason {
    if (this.#known === null) return 'not_found';
    if (known === undefined) return 'unknown_country';
    return segment === null ? 'no_band' : 'no_history';
  }

  #refuse(line: number, { code, detail }: { code: string; detail: string }): void {
    this.refused++;
    const key = `${code} ${detail}`;
    const found = this.#refusals.get(key) ?? { code, message: detail, customers: 0, lines: [] };
    this.#refusals.set(key, found);
    found.customers++;
    if (found.lines.length < MOST_LINES) found.lines.push(line);
  }

  get answered(): number {
    return this.customers - this.refused;
  }

  get byDefault(): number {
    return Object.values(this.reasons).reduce((sum, customers) => sum + customers, 0);
  }

  /** By country, the most customers first. */
  get lines(): Line[] {
    return [...this.#lines.values()].sort((a, b) => b.customers - a.customers);
  }

  /** Customers and spend by currency; of a country for which the config names none alone. */
  get totals(): MoneySum<'customers' | 'spend'>[] {
    const lines = this.lines.map((line) => ({ ...line, currency: line.currency ?? null }));
    return sumByUnit(lines, ['customers', 'spend']);
  }

  /** The most customers first. */
  get refusals(): Refusal[] {
    return [...this.#refusals.values()].sort((a, b) => b.customers - a.customers);
  }
}
