import { entry } from '../../src/core/entry.ts';
import { formatTime, SECONDS_PER_DAY } from '../../src/core/time.ts';

/** The committed sample: these rows and this seed give its bytes. */
export const SAMPLE = { path: new URL('./history.csv', import.meta.url), rows: 6_200, seed: 20_260_701 };

/** How often each disease of real exports strikes, as one row in so many. */
const DISEASES = { orderAfterAssignment: 12.5, ordersEmpty: 12.5, amountEmpty: 150, dateOnly: 5 };

/** Each country's ladder of amounts: the lowest goes to the most recent customers, the highest to those long gone. */
const LADDERS: Record<string, readonly number[]> = {
  Australia: [15, 20, 30, 45, 60],
  China: [40, 60, 90, 130],
  Latvia: [5, 8, 12],
  Peru: [20, 30, 40, 60],
};

/** Ranges of days and orders from which customers are drawn, as often each: they reach every band, and some none. */
const DAYS_AWAY = [0, 30, 45, 61, 75, 91, 105, 121, 150, 181, 270, 500] as const;
const ORDERS = [0, 1, 3, 5, 9, 14, 25, 38, 120] as const;
const DAYS_BEFORE_THE_LAST = [0, 10, 30, 90, 180, 365, 730, 1500] as const;

const FIRST_DAY = Date.UTC(2026, 2, 1) / 1000;
const DAYS_COVERED = 122;

const HEADER = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount';

/**
 * Makes a history of assignments with the diseases of a real one: assignments dated before the last order, empty
 * orders, empty amounts, timestamps of two lengths. Only arithmetic that IEEE 754 fixes to the bit, so that every machine
 * makes the same bytes.
 *
 * @param seed any whole number; the same seed gives the same text
 * @returns CSV text with a header
 */
export function makeHistory(rows: number, seed: number): string {
  const random = generator(seed);
  const lines = Array.from({ length: rows }, () => makeRow(random));
  return `${[HEADER, ...lines].join('\n')}\n`;
}

type Random = (below: number) => number;

function makeRow(random: Random): string {
  const [country, ladder] = pick(Object.entries(LADDERS), random);
  const timestamp = FIRST_DAY + random(DAYS_COVERED) * SECONDS_PER_DAY + random(SECONDS_PER_DAY);
  const daysAway = between(DAYS_AWAY, random);
  const totalOrders = between(ORDERS, random);
  const amount = drawAmount(ladder, daysAway, totalOrders, random);

  const after = strikes(DISEASES.orderAfterAssignment, random) ? 1 + random(60) : 0;
  const lastOrder = midnight(timestamp) + (after - (after ? 0 : daysAway)) * SECONDS_PER_DAY;
  const firstOrder = Math.min(lastOrder, timestamp) - between(DAYS_BEFORE_THE_LAST, random) * SECONDS_PER_DAY;
  return [
    strikes(DISEASES.dateOnly, random) && !after ? day(timestamp) : `${moment(timestamp)}.${micros(random)}`,
    country,
    day(lastOrder),
    moment(midnight(firstOrder)),
    strikes(DISEASES.ordersEmpty, random) ? '' : `${totalOrders}.0`,
    strikes(DISEASES.amountEmpty, random) ? '' : `${amount}.0`,
  ].join(',');
}

/** The longer away and the better a customer, the higher on the ladder, with a step of chance up or down. */
function drawAmount(
  ladder: readonly number[],
  daysAway: number,
  totalOrders: number,
  random: Random,
): number {
  const longing = Math.min(daysAway, 240) / 240 + Math.min(totalOrders, 40) / 80;
  const aim = Math.floor((longing * ladder.length) / 1.5);
  const step = pick([0, 0, 0, -1, 1], random);
  return entry(ladder, Math.max(0, Math.min(ladder.length - 1, aim + step)));
}

/** A whole number from a range between neighbouring edges, each range as likely as the others. */
function between(edges: readonly number[], random: Random): number {
  const at = random(edges.length - 1);
  const from = entry(edges, at);
  return from + random(entry(edges, at + 1) - from);
}

function pick<T>(choices: readonly T[], random: Random): T {
  return entry(choices, random(choices.length));
}

function strikes(oneIn: number, random: Random): boolean {
  return random(1_000_000) < 1_000_000 / oneIn;
}

function midnight(seconds: number): number {
  return seconds - (seconds % SECONDS_PER_DAY);
}

function day(seconds: number): string {
  return formatTime(seconds).slice(0, 10);
}

function moment(seconds: number): string {
  return formatTime(seconds).slice(0, 19).replace('T', ' ');
}

function micros(random: Random): string {
  return String(random(1_000_000)).padStart(6, '0');
}

/** Tommy Ettinger's mulberry32: 32 bits of state, good enough for a sample, the same on every machine. */
function generator(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
