import { type Table, trialTable } from '../../../src/core/artifact/table.ts';
import { parseConfig } from '../../../src/core/config/config.ts';
import { decidingConfig } from '../../../src/core/config/deciding-config.ts';
import { type CompiledArtifact, compileArtifact } from '../../../src/core/decide/compile.ts';
import { decide as answer } from '../../../src/core/decide/decide.ts';
import type { VoucherRequest } from '../../../src/core/decide/request.ts';
import type { CountryStatistics } from '../../../src/core/estimate/estimate.ts';
import type { Statistic } from '../../../src/core/estimate/schema.ts';
import type { Band } from '../../../src/core/segments/schema.ts';
import { SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { atMost, type Bench, type Row } from '../bench.ts';
import { figure } from '../support/format.ts';
import { inTurn, median, medianRatio } from '../support/statistics.ts';

/** A table of countries × bands of one segment, and how requests spread over it. */
interface Shape {
  label: string;
  countries: number;
  bands: number;
  mix: Mix;
  /** The target of its time to that of the small shape under the same mix. */
  limit: number | null;
}

/**
 * `as customers come`: the country by Zipf's law (the second has half of the first's), the days since the last order
 * exponential with a mean of 120, cut at the last band; every cell is asked for, some far more often.
 * `evenly`: every cell alike, which no cache can hold: what it adds is the latency of main memory.
 */
type Mix = 'as customers come' | 'evenly';

const SMALL = { label: '4 × 5', countries: 4, bands: 5 };

const LARGE: readonly Shape[] = [
  // Every country of the world, and a band for each day of eleven years.
  { label: '250 countries × 4,000 bands', countries: 250, bands: 4000, mix: 'as customers come', limit: 1.2 },
  { label: '250 countries × 4,000 bands', countries: 250, bands: 4000, mix: 'evenly', limit: null },
  // Shops in the place of countries: the look-up by name is what grows.
  {
    label: '50,000 countries × 20 bands',
    countries: 50_000,
    bands: 20,
    mix: 'as customers come',
    limit: null,
  },
  { label: '50,000 countries × 20 bands', countries: 50_000, bands: 20, mix: 'evenly', limit: null },
];

const NOW = Date.UTC(2026, 0, 1) / 1000;
/** Each is met once a round: more cells than a processor's fastest caches hold. */
const REQUESTS = 65_536;
const DAYS_IN_BANDS = 4000;
const MEAN_DAYS = 120;

/** The time of one decision with a million cells to that with twenty, in one process. */
export const decide: Bench = {
  name: 'decide',
  about: 'the time to decide with 1,000,000 cells, to that with 20',

  async *run({ quick, progress }) {
    const rounds = quick ? 5 : 41;
    for (const shape of LARGE) {
      progress(`compiling ${shape.label}`);
      const large = contender(shape);
      const small = contender({ ...shape, ...SMALL });
      for (let warm = 0; warm < 3; warm++) for (const run of [large, small]) run();
      progress(`${2 * rounds} rounds of ${REQUESTS} decisions`);
      const pairs = await inTurn(rounds, { large, small });
      const row: Row = {
        what: `decide(): ${shape.label}, asked ${shape.mix}`,
        ours: `${figure(median(pairs.large))} ns`,
        peer: `${SMALL.label} ${figure(median(pairs.small))} ns`,
        ratio: medianRatio(pairs.large, pairs.small),
        target: shape.limit === null ? null : atMost(shape.limit),
      };
      yield row;
    }
  },
};

/** @returns a function that decides every request once and returns the nanoseconds that one took */
function contender(shape: Shape): () => number {
  const compiled = compileArtifact(tableOf(shape));
  const requests = requestsFor(shape);
  return () => {
    const started = performance.now();
    const sum = decideAll(compiled, requests);
    const nanoseconds = ((performance.now() - started) * 1e6) / requests.length;
    // Every cell holds an amount above 0, so this is a check and keeps the loop from being optimised away.
    if (!(sum > requests.length / 2))
      throw new Error(`expected an amount for every request, got ${sum} in all`);
    return nanoseconds;
  };
}

function decideAll(compiled: CompiledArtifact, requests: readonly VoucherRequest[]): number {
  let sum = 0;
  for (const request of requests) {
    const outcome = answer(compiled, request, NOW);
    if (outcome.ok && outcome.decision.source === 'segment') sum += outcome.decision.voucher_amount;
  }
  return sum;
}

function tableOf({ countries, bands }: Shape): Table {
  const ranges = bandsOver(bands);
  const checked = parseConfig({
    segments: { recency_segment: { of: 'days_since_last_order', bands: ranges } },
  });
  if (!checked.ok) throw new Error(`the bench's config is refused: ${JSON.stringify(checked.issues[0])}`);
  const countriesOf = new Map<string, CountryStatistics>();
  for (let country = 0; country < countries; country++) {
    const cells = ranges.map(
      ({ name }, band) => [name, statistic(meanOf(country, band / bands), rowsOf(country, band))] as const,
    );
    const segments = { recency_segment: Object.fromEntries(cells) };
    countriesOf.set(countryName(country), { overall: statistic(1), segments });
  }
  return trialTable(countriesOf, decidingConfig(checked.value));
}

/** @returns bands of the same width that cover DAYS_IN_BANDS days */
function bandsOver(count: number): Band[] {
  const width = DAYS_IN_BANDS / count;
  return Array.from({ length: count }, (_, band) => {
    const min = band * width;
    const max = min + width - 1;
    return { name: `${min}-${max}`, min, max };
  });
}

/** Means of 1 to 251 to the cent, which is what is served: as currencies have them. */
function meanOf(country: number, share: number): number {
  return 1 + (country % 250) + share;
}

/** 1 to 5,000 rows, in no order that a processor could guess. */
function rowsOf(country: number, band: number): number {
  return 1 + ((country * 7919 + band * 104_729) % 5000);
}

const AMOUNTS = { 1: 1 };

function statistic(mean: number, count = 1): Statistic {
  return {
    count,
    observed: count,
    mean,
    median: mean,
    mode: mean,
    q1: mean,
    q3: mean,
    standard_error: null,
    shrunk_mean: mean,
    shrunk_median: mean,
    shrunk_mode: mean,
    amounts: AMOUNTS,
  };
}

/** Names as long as those of countries are, of no order that a cache could guess. */
function countryName(index: number): string {
  return `Land ${((index + 1) * 2_654_435_761) % 4_294_967_296}`;
}

function requestsFor({ countries, mix }: Shape): VoucherRequest[] {
  const random = generator(20_261_122);
  const evenly = (below: number) => Math.floor(random() * below);
  // The inverse of the distribution function; for Zipf's law that of its continuous form.
  const byZipf = () => Math.floor(countries ** random() - 1 + 1e-9);
  const exponential = () => Math.min(Math.floor(-MEAN_DAYS * Math.log(1 - random())), DAYS_IN_BANDS - 1);
  const alike = mix === 'evenly';
  return Array.from({ length: REQUESTS }, (_, customer_id) => ({
    customer_id,
    country_code: countryName(alike ? evenly(countries) : byZipf()),
    segment_name: 'recency_segment',
    total_orders: 15,
    last_order_ts: NOW - (alike ? evenly(DAYS_IN_BANDS) : exponential()) * SECONDS_PER_DAY,
  }));
}

/** Numbers from 0 to 1, the same ones in every run: the linear congruential generator of Numerical Recipes. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
