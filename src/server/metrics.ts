import type { DecisionSource } from '../core/decide/decision.ts';
import { currencyOf } from '../http/batch-tally.ts';
import type { RequestRecord } from '../http/request-line.ts';
import { type Family, metricsText, type Sample } from './metrics-text.ts';

/** Upper bounds of the histogram, in seconds: from a decision that takes 50 µs to a client that has gone. */
const BUCKETS = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
];

/** Of the process, in bytes and seconds since the epoch. */
export interface Process {
  residentBytes: number;
  startedAt: number;
}

/** What was answered on one route. Every request is counted: nothing here makes a string or an object for one. */
class RouteCounts {
  readonly route: string;
  readonly requests: Sample[] = [];
  /** How many were at most as long as each bound and longer than the one before; the last has no bound. */
  readonly durations = new Array<number>(BUCKETS.length + 1).fill(0);
  /** Seconds. */
  sum = 0;
  /** What most requests of a route have in common. */
  #last = { method: '', status: 0, sample: { labels: {}, value: 0 } as Sample };

  constructor(route: string) {
    this.route = route;
  }

  add(method: string, status: number, seconds: number): void {
    if (this.#last.method !== method || this.#last.status !== status) {
      this.#last = { method, status, sample: this.#sampleOf(method, String(status)) };
    }
    this.#last.sample.value++;
    let at = 0;
    while (at < BUCKETS.length && seconds > (BUCKETS[at] ?? Number.POSITIVE_INFINITY)) at++;
    this.durations[at] = (this.durations[at] ?? 0) + 1;
    this.sum += seconds;
  }

  #sampleOf(method: string, status: string): Sample {
    const { route } = this;
    let sample = this.requests.find(({ labels }) => labels.method === method && labels.status === status);
    if (sample === undefined) {
      sample = { labels: { method, route, status }, value: 0 };
      this.requests.push(sample);
    }
    return sample;
  }
}

/**
 * Counts what was answered, for GET /metrics. What it holds is bounded: routes, statuses, sources, codes and currencies
 * are those of the service and its config, never what a client sent.
 */
export class Metrics {
  readonly #routes = new Map<string, RouteCounts>();
  readonly #decisions: Record<DecisionSource, number> = { segment: 0, country: 0, default: 0 };
  readonly #amounts = new Map<string, number>();
  readonly #refused = new Map<string, number>();

  /** Counts a request that was answered. */
  observe({ exchange, method, route, status, duration, problem }: RequestRecord): void {
    let counts = this.#routes.get(route);
    if (counts === undefined) {
      counts = new RouteCounts(route);
      this.#routes.set(route, counts);
    }
    counts.add(method, status, duration / 1000);
    const { decision, batch } = exchange;
    if (decision !== undefined) {
      this.#decisions[decision.source]++;
      add(this.#amounts, currencyOf(decision), decision.voucher_amount);
    }
    if (batch !== undefined) {
      for (const [source, entries] of Object.entries(batch.sources))
        this.#decisions[source as DecisionSource] += entries;
      for (const [currency, sum] of Object.entries(batch.amounts)) add(this.#amounts, currency, sum);
      for (const [code, entries] of Object.entries(batch.refused)) add(this.#refused, code, entries);
    }
    if (problem !== undefined) add(this.#refused, problem.code, 1);
  }

  /** @param gauges of what is served; none where there is nothing to answer from @returns Prometheus' text form */
  text(gauges: readonly Family[], { residentBytes, startedAt }: Process): string {
    const routes = [...this.#routes.values()];
    return metricsText([
      counter(
        'requests_total',
        'Requests that were answered.',
        routes.flatMap(({ requests }) => requests),
      ),
      {
        name: 'voucher_edge_request_duration_seconds',
        type: 'histogram',
        help: 'Time from the request to its answer.',
        samples: routes.flatMap((counts) => buckets(counts)),
      },
      counter('decisions_total', 'Vouchers that were decided, by where on the ladder.', [
        ...Object.entries(this.#decisions).map(([source, value]) => ({ labels: { source }, value })),
      ]),
      counter(
        'amount_total',
        'The sum of the amounts that were served.',
        labelled('currency', this.#amounts),
      ),
      counter(
        'refused_total',
        'Requests and entries of batches without an answer.',
        labelled('code', this.#refused),
      ),
      ...gauges,
      gauge('up', 'Whether there is an artifact to answer from.', gauges.length === 0 ? 0 : 1),
      { ...gauge('', 'Resident memory in bytes.', residentBytes), name: 'process_resident_memory_bytes' },
      { ...gauge('', 'Start, in seconds since the epoch.', startedAt), name: 'process_start_time_seconds' },
    ]);
  }
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `voucher_edge_${name}`, type: 'counter', help, samples };
}

export function gauge(
  name: string,
  help: string,
  value: number,
  labels: Record<string, string> = {},
): Family {
  return { name: `voucher_edge_${name}`, type: 'gauge', help, samples: [{ labels, value }] };
}

function labelled(label: string, values: ReadonlyMap<string, number>): Sample[] {
  return [...values].map(([name, value]) => ({ labels: { [label]: name || 'none' }, value }));
}

/** Buckets are cumulative; the one without a bound is the count. */
function buckets({ route, durations, sum }: RouteCounts): Sample[] {
  let total = 0;
  const samples = durations.map((count, at): Sample => {
    total += count;
    return { suffix: '_bucket', labels: { route, le: String(BUCKETS[at] ?? '+Inf') }, value: total };
  });
  const labels = { route };
  return [...samples, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: total }];
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
