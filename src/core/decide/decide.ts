import { quoted } from '../issues.ts';
import type { Feature } from '../segments/schema.ts';
import { type Facts, featureOf, NO_BAND, UNKNOWN } from '../segments/segments.ts';
import { daysBetween, SECONDS_PER_DAY } from '../time.ts';
import { foldCountry } from '../values.ts';
import type { CompiledArtifact, SegmentTable } from './compile.ts';
import type { CombinedTable } from './compile-combined.ts';
import type { VoucherRequest } from './request.ts';

/** Where on the ladder an answer can be found. */
export const SOURCES = ['segment', 'country', 'default'] as const;
export type Rung = (typeof SOURCES)[number];

export interface Decision {
  voucher_amount: number;
  segment_name: string;
  /**
   * The name of the band, null when the value falls in a gap between bands; for a combined segment the name of the
   * combination that decided, null when none of them had the rows.
   */
  segment: string | null;
  source: Rung;
  /** Kept rows of history behind the amount; 0 for the default. */
  sample_size: number;
  artifact_version: string;
}

/** Why a well-formed request gets no decision. */
export interface Refusal {
  code: 'unknown_segment' | 'missing_field' | 'order_in_future';
  /** The field that is wrong. */
  path: keyof VoucherRequest;
  message: string;
}

export type Outcome = { ok: true; decision: Decision } | { ok: false; refusal: Refusal };

/**
 * Answers a request from an artifact by walking the ladder: the cell of the segment, then the rungs of `fallback`,
 * then the default.
 *
 * @param now seconds; stands in for the request's as_of
 */
export function decide(compiled: CompiledArtifact, request: VoucherRequest, now: number): Outcome {
  const segment = compiled.segments.get(request.segment_name.trim());
  if (segment === undefined) return { ok: false, refusal: unknownSegment(compiled, request.segment_name) };
  const asOf = request.as_of ?? now;
  const future = refusalFromFuture('last_order_ts', request, asOf);
  if (future !== null) return { ok: false, refusal: future };
  if (segment.kind === 'combined') return decideJointly(compiled, request, segment, asOf);
  const refusal = refusalFor(segment.feature, request, asOf);
  if (refusal !== null) return { ok: false, refusal };

  const band = segment.locate(featureOf(segment.feature, factsOf(request, asOf)));
  return { ok: true, decision: walk(compiled, request.country_code, segment, band) };
}

/** What a request does not say is left out of the combination. */
function decideJointly(
  compiled: CompiledArtifact,
  request: VoucherRequest,
  table: CombinedTable,
  asOf: number,
): Outcome {
  const facts = factsOf(request, asOf);
  let joint = 0;
  for (const axis of table.axes) {
    const refusal =
      axis.feature === 'days_since_first_order' ? refusalFromFuture('first_order_ts', request, asOf) : null;
    if (refusal !== null) return { ok: false, refusal };
    joint = joint * axis.choices + axis.locate(featureOf(axis.feature, facts)) + 1;
  }
  return { ok: true, decision: walkJointly(compiled, request.country_code, table, joint) };
}

/**
 * Walks the ladder of a combined segment: which combination decides was found out when the artifact was compiled,
 * so that the walk is one read.
 *
 * @param joint the joint position of the bands, as the axes of the table give it
 */
export function walkJointly(
  compiled: CompiledArtifact,
  country: string,
  table: CombinedTable,
  joint: number,
): Decision {
  const fold = foldCountry(country);
  const position = compiled.countries.get(fold);
  if (position !== undefined) {
    const at = position * table.size + joint;
    const amount = table.cells.amount(at);
    if (isAmount(amount)) {
      const name = table.names[table.decides[at] ?? NO_BAND] ?? null;
      return {
        voucher_amount: amount,
        segment_name: table.name,
        segment: name,
        source: name === null ? 'country' : 'segment',
        sample_size: table.cells.rows(at),
        artifact_version: compiled.artifact.version,
      };
    }
  }
  return {
    voucher_amount: compiled.defaults.get(fold) ?? compiled.defaultAmount,
    segment_name: table.name,
    segment: null,
    source: 'default',
    sample_size: 0,
    artifact_version: compiled.artifact.version,
  };
}

/**
 * Walks the ladder for one country and one band: two look-ups by name and one read for each rung, whatever the
 * number of cells.
 *
 * @param country in any spelling
 * @param band the position of the band in the segment, or NO_BAND
 */
export function walk(
  compiled: CompiledArtifact,
  country: string,
  segment: SegmentTable,
  band: number,
): Decision {
  const { countries, cells, stride } = compiled;
  const fold = foldCountry(country);
  const position = countries.get(fold);
  if (position !== undefined) {
    const overall = position * stride;
    if (band !== NO_BAND) {
      const cell = overall + segment.offset + band;
      const amount = cells.amount(cell);
      if (isAmount(amount)) return decision(compiled, segment, band, 'segment', amount, cells.rows(cell));
    }
    if (compiled.fallsBackToCountry) {
      const amount = cells.amount(overall);
      if (isAmount(amount)) return decision(compiled, segment, band, 'country', amount, cells.rows(overall));
    }
  }
  const amount = compiled.defaults.get(fold) ?? compiled.defaultAmount;
  return decision(compiled, segment, band, 'default', amount);
}

/** A cell without an amount has NaN. */
function isAmount(amount: number): boolean {
  return !Number.isNaN(amount);
}

function decision(
  compiled: CompiledArtifact,
  segment: SegmentTable,
  band: number,
  source: Rung,
  amount: number,
  rows = 0,
): Decision {
  return {
    voucher_amount: amount,
    segment_name: segment.name,
    segment: segment.names[band] ?? null,
    source,
    sample_size: rows,
    artifact_version: compiled.artifact.version,
  };
}

/** The field of a request that a feature is computed from; null for those of as_of alone. */
const FIELD_OF = {
  total_orders: 'total_orders',
  days_since_last_order: 'last_order_ts',
  days_since_first_order: 'first_order_ts',
  weekday: null,
  hour: null,
} as const satisfies Record<Feature, keyof VoucherRequest | null>;

function refusalFor(feature: Feature, request: VoucherRequest, asOf: number): Refusal | null {
  const path = FIELD_OF[feature];
  if (path === null) return null;
  const value = request[path];
  if (value === undefined || value === null) {
    const message = `expected ${path}, which ${request.segment_name.trim()} is made of, got nothing`;
    return { code: 'missing_field', path, message };
  }
  return path === 'first_order_ts' ? refusalFromFuture(path, request, asOf) : null;
}

/** A last order in the future is refused whatever is asked for; a first order only where the segment is made of it. */
function refusalFromFuture(
  path: 'last_order_ts' | 'first_order_ts',
  request: VoucherRequest,
  asOf: number,
): Refusal | null {
  const value = request[path];
  if (value === undefined || value === null || value - asOf <= SECONDS_PER_DAY) return null;
  const message = `expected a time that is not after ${(request.as_of ?? null) === null ? 'now' : 'as_of'}, got one that is more than a day later`;
  return { code: 'order_in_future', path, message };
}

/** A time ahead of as_of by less than a day is a clock or zone that is off, and counts as 0 days. */
export function factsOf(request: VoucherRequest, asOf: number): Facts {
  const { last_order_ts: last, first_order_ts: first, total_orders: orders } = request;
  return {
    asOf,
    daysSinceLastOrder: last === null || last === undefined ? UNKNOWN : Math.max(0, daysBetween(last, asOf)),
    daysSinceFirstOrder:
      first === null || first === undefined ? UNKNOWN : Math.max(0, daysBetween(first, asOf)),
    totalOrders: orders ?? UNKNOWN,
  };
}

function unknownSegment({ segments }: CompiledArtifact, name: string): Refusal {
  const known = [...segments.keys()].join(', ');
  const message = `expected one of ${known}, got ${quoted(name, 64)}`;
  return { code: 'unknown_segment', path: 'segment_name', message };
}
