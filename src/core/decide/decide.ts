import { NO_AMOUNT } from '../artifact/table.ts';
import { entry } from '../entry.ts';
import { quoted } from '../issues.ts';
import { type Facts, UNKNOWN } from '../segments/features.ts';
import {
  cellName,
  keyOf,
  type Ladder,
  type Level,
  levelsToAsk,
  locate,
  type Positions,
  positionsOf,
} from '../segments/ladder.ts';
import { NO_BAND } from '../segments/segments.ts';
import { daysBetween, SECONDS_PER_DAY } from '../time.ts';
import { foldCountry } from '../values.ts';
import type { Answering, CompiledArtifact } from './compile.ts';
import type { DecisionSource } from './decision.ts';
import type { VoucherRequest } from './request.ts';
import type { Decision } from './schema.ts';

/** Why a well-formed request gets no decision. */
export interface Refusal {
  code: 'unknown_segment' | 'missing_field' | 'order_in_future';
  /** The field that is wrong. */
  path: keyof VoucherRequest;
  message: string;
}

export type Outcome = { ok: true; decision: Decision } | { ok: false; refusal: Refusal };

/**
 * Answers a request: finds the customer's position in the bands of the segment, and walks the segment's ladder.
 *
 * @param nowSeconds used when the request has no as_of
 */
export function decide(compiled: CompiledArtifact, request: VoucherRequest, nowSeconds: number): Outcome {
  const found = prepare(compiled, request, nowSeconds);
  if (!found.ok) return found;
  return { ok: true, decision: answerFor(compiled, found.answering, request.country_code, found.known) };
}

/** A request that can be answered: its segment, and the customer's position in it. */
export interface Prepared {
  ok: true;
  answering: Answering;
  facts: Facts;
  known: Positions;
}

/** @param nowSeconds used when the request has no as_of */
export function prepare(
  { segments, table }: CompiledArtifact,
  request: VoucherRequest,
  nowSeconds: number,
): Prepared | Extract<Outcome, { ok: false }> {
  const name = request.segment_name ?? table.config.default_segment;
  const answering = name === undefined ? undefined : segments.get(name.trim());
  if (answering === undefined) return { ok: false, refusal: noSegment(segments, name) };
  const asOf = request.as_of ?? nowSeconds;
  const refusal = refusalFor(answering.ladder, request, asOf);
  if (refusal !== null) return { ok: false, refusal };
  const facts = factsOf(request, asOf);
  return { ok: true, answering, facts, known: locate(answering.ladder, facts) };
}

/**
 * @param country in any spelling
 * @param known the customer's position in the bands of the segment's parts
 * @returns what a customer is given
 */
export function answerFor(
  compiled: CompiledArtifact,
  answering: Answering,
  country: string,
  known: Positions,
): Decision {
  const position = countryPosition(compiled, country);
  return decisionAt(compiled, answering, position, known, walk(answering, position, known));
}

/** Where a walk can end beside the places of cells. */
const COUNTRY = -1;
const DEFAULT = -2;

/** Told of each level that is asked: its kept rows, 0 where the table has no such cell, and its amount or NO_AMOUNT. */
type Notebook = (level: Level, rows: number, amount: number) => void;

/**
 * Walks the ladder of a segment to the first level that can answer: the one place where an answer is decided.
 *
 * @param country the position of a country; one that is not in the table gets the default
 * @param known the customer's position in the bands of the ladder's parts
 * @param note is how explain.ts looks on
 * @returns the place of the cell that answers, COUNTRY or DEFAULT
 */
export function walk(answering: Answering, country: number, known: Positions, note?: Notebook): number {
  const { ladder, places, countryRows, countryAmounts } = answering;
  const rows = answering.rows[country];
  const amounts = answering.amounts[country];
  if (rows === undefined || amounts === undefined) return DEFAULT;
  for (const level of levelsToAsk(ladder, known)) {
    let place = COUNTRY;
    let inCell = entry(countryRows, country);
    let amount = entry(countryAmounts, country);
    if (level.length > 0) {
      place = entry(places, keyOf(ladder, level, known)) - 1;
      inCell = place < 0 ? 0 : entry(rows, place);
      amount = place < 0 ? NO_AMOUNT : entry(amounts, place);
    }
    note?.(level, inCell, amount);
    if (inCell > 0 && amount >= 0) return place;
  }
  return DEFAULT;
}

/** @returns the position of a country in any spelling; one after the last for an unknown country */
export function countryPosition(
  { countries, defaults, spellings }: CompiledArtifact,
  country: string,
): number {
  const before = spellings.get(country);
  if (before !== undefined) return before;
  const position = countries.get(foldCountry(country)) ?? defaults.length - 1;
  if (spellings.size < MOST_SPELLINGS) spellings.set(country, position);
  return position;
}

/** The most spellings of countries that an artifact keeps. */
const MOST_SPELLINGS = 5_000;

/** The most decisions that an artifact keeps, about 100 bytes each: those of later cells are made each time. */
const MOST_KEPT = 50_000;

/** @param place where the walk ended @param known names the band where no cell answers */
export function decisionAt(
  compiled: CompiledArtifact,
  answering: Answering,
  country: number,
  known: Positions,
  place: number,
): Decision {
  const { ladder, keys, given } = answering;
  const index = indexOf(answering, known, place);
  const before = given[country]?.[index];
  if (before !== undefined) return before;
  const decision = makeDecision(compiled, answering, country, known, place);
  if (compiled.kept < MOST_KEPT) {
    compiled.kept++;
    const ofCountry =
      given[country] ?? new Array(keys.length + 2 * (1 + (ladder.parts[0]?.bands.length ?? 0)));
    given[country] = ofCountry;
    ofCountry[index] = decision;
  }
  return decision;
}

/** @returns the number of an answer among those of a country: its cells first, then country and default for each band */
export function indexOf({ ladder, keys }: Answering, known: Positions, place: number): number {
  if (place >= 0) return place;
  const band = ladder.isCombined ? NO_BAND : entry(known, 0);
  return keys.length + 2 * (band - NO_BAND) + COUNTRY - place;
}

function makeDecision(
  { table, defaults, currencies }: CompiledArtifact,
  { ladder, keys, amounts, rows, countryAmounts, countryRows }: Answering,
  country: number,
  known: Positions,
  place: number,
): Decision {
  const currency = currencies[country] ?? null;
  const decision = (
    amount: number,
    segment: string | null,
    source: DecisionSource,
    sample_size: number,
  ): Decision => ({
    voucher_amount: amount,
    ...(currency !== null && { currency }),
    segment_name: ladder.name,
    segment,
    source,
    sample_size,
    artifact_version: table.version,
  });
  if (place >= 0) {
    const name = cellName(ladder, positionsOf(ladder, entry(keys, place)));
    return decision(
      entry(entry(amounts, country), place),
      name,
      'segment',
      entry(entry(rows, country), place),
    );
  }
  const band = ladder.isCombined ? null : (ladder.parts[0]?.bands[entry(known, 0)]?.name ?? null);
  if (place === DEFAULT) return decision(entry(defaults, country), band, 'default', 0);
  return decision(entry(countryAmounts, country), band, 'country', entry(countryRows, country));
}

function refusalFor(ladder: Ladder, request: VoucherRequest, asOf: number): Refusal | null {
  const future = refusalFromFuture('last_order_ts', request, asOf);
  if (future !== null) return future;
  for (const path of ladder.required) {
    if ((request[path] ?? null) !== null) continue;
    const message = `expected ${path}, which ${request.segment_name?.trim() ?? ladder.name} is made of, got nothing`;
    return { code: 'missing_field', path, message };
  }
  return ladder.looksAtFirstOrder ? refusalFromFuture('first_order_ts', request, asOf) : null;
}

/** A last order in the future is refused whatever is asked for; a first order only where the segment is made of it. */
function refusalFromFuture(
  path: 'last_order_ts' | 'first_order_ts',
  request: VoucherRequest,
  asOf: number,
): Refusal | null {
  const value = request[path];
  if (value === undefined || value === null || value - asOf <= SECONDS_PER_DAY) return null;
  const message = `expected a ${path} that is not after ${(request.as_of ?? null) === null ? 'now' : 'as_of'}, got one that is more than a day later`;
  return { code: 'order_in_future', path, message };
}

export function factsOf(request: VoucherRequest, asOf: number): Facts {
  return {
    asOf,
    daysSinceLastOrder: daysSince(request.last_order_ts, asOf),
    daysSinceFirstOrder: daysSince(request.first_order_ts, asOf),
    totalOrders: request.total_orders ?? UNKNOWN,
  };
}

/** A time ahead of as_of by less than a day is a clock or zone that is off, and counts as 0 days. */
function daysSince(time: number | null | undefined, asOf: number): number {
  return time === null || time === undefined ? UNKNOWN : Math.max(0, daysBetween(time, asOf));
}

function noSegment(segments: CompiledArtifact['segments'], name: string | undefined): Refusal {
  const expected = `expected one of ${[...segments.keys()].join(', ')}, got`;
  if (name !== undefined) {
    return { code: 'unknown_segment', path: 'segment_name', message: `${expected} ${quoted(name, 64)}` };
  }
  const message = `${expected} nothing: name a segment, or set default_segment in the config`;
  return { code: 'missing_field', path: 'segment_name', message };
}
