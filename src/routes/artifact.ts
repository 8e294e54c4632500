import type { ArtifactDescription } from '../api/artifact.ts';
import type { ReportAnswer } from '../api/report.ts';
import type { DecisionTableOfMaps } from '../api/segments.ts';
import { NO_REPORT } from '../core/artifact/report.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Answering, CompiledArtifact } from '../core/decide/compile.ts';
import { decisionTable } from '../core/decide/decision-table.ts';
import { defaultShares } from '../core/decide/default-share.ts';
import { quoted } from '../core/issues.ts';
import { etagMatches, etagOf } from '../http/etag.ts';
import { answerFrom, type Exchange, type Reply } from '../http/exchange.ts';
import { artifactHeaders, headerTemplate, NOT_A_PAGE } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import type { Dependencies, Route } from './route.ts';

/** GET /artifact, GET /artifact/segments and GET /artifact/report: what answers are made from. */
export function artifactRoutes(dependencies: Dependencies): Route[] {
  return [description(dependencies), segments(dependencies), report(dependencies)];
}

function description({ store }: Dependencies): Route {
  return {
    method: 'GET',
    path: '/artifact',
    async answer(request, exchange) {
      const { compiled } = answerFrom(await store.current(), exchange);
      return conditional(request, exchange, await representation(describe(compiled)));
    },
  };
}

/** What the table says of itself. The names of the files that it was made from are in the statistics alone. */
function describe(compiled: CompiledArtifact): ArtifactDescription {
  const { version, schema_version, config, data, quality } = compiled.table;
  return {
    version,
    schema_version,
    config,
    data,
    quality,
    default_shares: defaultShares(compiled),
  };
}

/**
 * GET /artifact/segments; with ?segment=NAME, as often as wanted, only these: one of many combinations is large. With
 * ?trend=true cells have their trends. It has every amount, so it takes the key that POST /voucher takes. The statistics
 * are read for each request, and are not kept.
 */
function segments({ store, admit }: Dependencies): Route {
  return {
    method: 'GET',
    path: '/artifact/segments',
    async answer(request, exchange) {
      if (admit !== undefined) await admit(request);
      const query = new Query(request);
      const names = query.all('segment');
      const trends = query.flag('trend');
      const { compiled } = answerFrom(await store.current(), exchange);
      const wanted =
        names.length === 0 ? undefined : [...new Set(names.map((name) => segmentNamed(compiled, name)))];
      const read = await store.statistics(compiled.table);
      if (!read.ok) throw new Problem('statistics_unavailable', `${read.detail}; answers are not affected`);
      const table: DecisionTableOfMaps = decisionTable(compiled, read.statistics, wanted, trends);
      return conditional(request, exchange, await representation(table));
    },
  };
}

/** GET /artifact/report: what the build kept for people; empty where it was not asked to keep anything. */
function report({ store, admit }: Dependencies): Route {
  return {
    method: 'GET',
    path: '/artifact/report',
    async answer(request, exchange) {
      if (admit !== undefined) await admit(request);
      const { compiled } = answerFrom(await store.current(), exchange);
      const read = await store.statistics(compiled.table);
      if (!read.ok) throw new Problem('statistics_unavailable', `${read.detail}; answers are not affected`);
      const kept: ReportAnswer = {
        version: compiled.table.version,
        ...(read.statistics.report ?? NO_REPORT),
      };
      return conditional(request, exchange, await representation(kept));
    },
  };
}

function segmentNamed({ segments }: CompiledArtifact, name: string): Answering {
  const segment = segments.get(name);
  if (segment !== undefined) return segment;
  const message = `expected a segment of the config or an alias of one, got ${quoted(name, 80)}`;
  throw new Problem('unknown_segment', message, { errors: [{ path: 'segment', message }] });
}

/** A body and the entity tag of its bytes: a release that writes the same artifact in another form has another tag. */
interface Representation {
  body: string;
  etag: string;
}

async function representation(value: unknown): Promise<Representation> {
  const body = canonicalJson(value);
  return { body, etag: await etagOf(body) };
}

/** RFC 9110 13.1.2: a client that has this representation already gets 304 without a body. */
function conditional(request: Request, exchange: Exchange, { body, etag }: Representation): Reply {
  const validators = {
    etag: `W/${etag}`,
    'cache-control': 'no-cache',
    ...NOT_A_PAGE,
    ...artifactHeaders(exchange),
  };
  if (etagMatches(request.headers.get('if-none-match'), etag)) {
    return { status: 304, headers: headerTemplate(validators), body: null };
  }
  return {
    status: 200,
    headers: headerTemplate({ ...validators, 'content-type': 'application/json' }),
    body,
  };
}
