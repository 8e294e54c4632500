import { readFileSync } from 'node:fs';
import { type Table, trialTable } from '../../../src/core/artifact/table.ts';
import { type Config, parseConfig } from '../../../src/core/config/config.ts';
import { decidingConfig } from '../../../src/core/config/deciding-config.ts';
import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { type CompiledArtifact, compileArtifact } from '../../../src/core/decide/compile.ts';
import { decide } from '../../../src/core/decide/decide.ts';
import type { VoucherRequest } from '../../../src/core/decide/request.ts';
import { estimate } from '../../../src/core/estimate/estimate.ts';
import { SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { atMost, type Bench } from '../bench.ts';
import { figure } from '../support/format.ts';
import { inProject } from '../support/project.ts';
import { inTurn, least, leastRatio } from '../support/statistics.ts';

const NOW = Date.UTC(2026, 0, 1) / 1000;
const REQUESTS = 65_536;
const COUNTRIES = ['Australia', 'China', 'Latvia', 'Peru'];
const ROWS = 100_000;

/** The time of one decision for a combined segment to that for a single one, with the shipped config. */
export const decideCombined: Bench = {
  name: 'decide-combined',
  about: 'the time to decide for a combined segment, to that for a single one',

  async *run({ quick, progress }) {
    const rounds = quick ? 5 : 41;
    const config = shippedConfig();
    const compiled = compileArtifact(tableOf(config));
    const single = contender(compiled, 'recency_segment');
    for (const name of Object.keys(config.combined)) {
      const combined = contender(compiled, name);
      for (let warm = 0; warm < 3; warm++) for (const run of [combined, single]) run();
      progress(`${2 * rounds} rounds of ${REQUESTS} decisions for ${name}`);
      const pairs = await inTurn(rounds, { combined, single });
      yield {
        what: `decide(): ${name} of ${config.combined[name]?.combine.length} segments`,
        ours: `${figure(least(pairs.combined))} ns`,
        peer: `recency_segment ${figure(least(pairs.single))} ns`,
        ratio: leastRatio(pairs.combined, pairs.single),
        target: atMost(2),
      };
    }
  },
};

function shippedConfig(): Config {
  const parsed = parseConfig(JSON.parse(readFileSync(inProject('config/voucher.json'), 'utf8')));
  if (!parsed.ok) throw new Error(`the shipped config is refused: ${JSON.stringify(parsed.issues[0])}`);
  return parsed.value;
}

/** A table of rows that fall evenly over all bands, so that many combinations have the rows to decide. */
function tableOf(config: Config): Table {
  const cube = new Cube(cubeLayout(config));
  const next = generator(7);
  for (let row = 0; row < ROWS; row++) {
    const { customer_id: _, ...facts } = requestOf(next, '');
    cube.add({
      asOf: NOW,
      country: facts.country_code,
      totalOrders: facts.total_orders ?? 0,
      daysSinceLastOrder: (NOW - (facts.last_order_ts ?? NOW)) / SECONDS_PER_DAY,
      daysSinceFirstOrder: (NOW - (facts.first_order_ts ?? NOW)) / SECONDS_PER_DAY,
      amount: 1 + Math.floor(next() * 5),
      totalOrdersFilled: false,
      unreadable: [],
    });
  }
  return trialTable(estimate(cube, config), decidingConfig(config));
}

/** @returns a function that decides every request once and returns the nanoseconds that one took */
function contender(compiled: CompiledArtifact, segment: string): () => number {
  const next = generator(20_261_122);
  const requests = Array.from({ length: REQUESTS }, () => requestOf(next, segment));
  return () => {
    const started = performance.now();
    let answered = 0;
    for (const request of requests) {
      const outcome = decide(compiled, request, NOW);
      if (outcome.ok && outcome.decision.voucher_amount > 0) answered++;
    }
    const nanoseconds = ((performance.now() - started) * 1e6) / REQUESTS;
    if (answered !== REQUESTS) throw new Error(`expected ${REQUESTS} answers, got ${answered}`);
    return nanoseconds;
  };
}

function requestOf(next: () => number, segment_name: string): VoucherRequest {
  const last = 30 + Math.floor(next() * 200);
  return {
    customer_id: 1,
    country_code: COUNTRIES[Math.floor(next() * COUNTRIES.length)] ?? '',
    segment_name,
    total_orders: Math.floor(next() * 50),
    last_order_ts: NOW - last * SECONDS_PER_DAY,
    first_order_ts: NOW - (last + Math.floor(next() * 800)) * SECONDS_PER_DAY,
  };
}

/** Numbers from 0 to 1, the same ones in every run: the linear congruential generator of Numerical Recipes. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
