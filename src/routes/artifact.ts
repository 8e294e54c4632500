import type { ArtifactDescription } from '../api/artifact.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { CompiledArtifact, SegmentTable } from '../core/decide/compile.ts';
import type { CombinedTable } from '../core/decide/compile-combined.ts';
import { decisionTable } from '../core/decide/decision-table.ts';
import { quoted } from '../core/issues.ts';
import { etagMatches } from '../http/etag.ts';
import { answerFrom, type Exchange, type Reply } from '../http/exchange.ts';
import { artifactHeaders, headerTemplate, NOT_A_PAGE } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import { perArtifact } from '../store/per-artifact.ts';
import type { Dependencies, Route } from './route.ts';

/** GET /artifact and GET /artifact/segments: what answers are made from. */
export function artifactRoutes({ store }: Dependencies): Route[] {
  function resource(path: string, write: (compiled: CompiledArtifact) => unknown): Route {
    const bodyOf = perArtifact((compiled) => canonicalJson(write(compiled)));
    async function answer(request: Request, exchange: Exchange): Promise<Reply> {
      const { compiled } = answerFrom(await store.current(), exchange);
      return conditional(request, compiled, exchange, bodyOf);
    }
    return { method: 'GET', path, answer };
  }
  return [resource('/artifact', description), segments(store)];
}

/**
 * GET /artifact/segments; with ?segment=NAME, as often as wanted, only these: one of many combinations is large. With
 * ?trend=true cells have their trends.
 */
function segments(store: Dependencies['store']): Route {
  const whole = perArtifact((compiled) => canonicalJson(decisionTable(compiled)));
  return {
    method: 'GET',
    path: '/artifact/segments',
    async answer(request, exchange) {
      const { compiled } = answerFrom(await store.current(), exchange);
      const query = new Query(request);
      const names = query.all('segment');
      const trends = query.flag('trend');
      if (names.length === 0 && !trends) return conditional(request, compiled, exchange, whole);
      const tables =
        names.length === 0 ? undefined : new Set(names.map((name) => segmentNamed(compiled, name)));
      return conditional(request, compiled, exchange, () =>
        canonicalJson(decisionTable(compiled, tables, trends)),
      );
    },
  };
}

function segmentNamed({ segments }: CompiledArtifact, name: string): SegmentTable | CombinedTable {
  const segment = segments.get(name);
  if (segment !== undefined) return segment;
  const message = `expected a segment of the config or an alias of one, got ${quoted(name, 80)}`;
  throw new Problem('unknown_segment', message, { errors: [{ path: 'segment', message }] });
}

/** Without `sources`: they are not part of the version, which is the ETag, and name the files of whoever built it. */
function description({ artifact }: CompiledArtifact): ArtifactDescription {
  const { version, schema_version, config, data, quality } = artifact;
  return { version, schema_version, config, data, quality };
}

/** RFC 9110 13.1.2: who has this version already gets 304 without a body. */
function conditional(
  request: Request,
  compiled: CompiledArtifact,
  exchange: Exchange,
  bodyOf: (compiled: CompiledArtifact) => string,
): Reply {
  const etag = `"${compiled.artifact.version}"`;
  const validators = { etag, 'cache-control': 'no-cache', ...NOT_A_PAGE, ...artifactHeaders(exchange) };
  if (etagMatches(request.headers.get('if-none-match'), etag)) {
    return { status: 304, headers: headerTemplate(validators), body: null };
  }
  const headers = headerTemplate({ ...validators, 'content-type': 'application/json' });
  return { status: 200, headers, body: bodyOf(compiled) };
}
