import type { Context } from 'hono';
import type { ArtifactDescription } from '../api/artifact.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Answering, CompiledArtifact } from '../core/decide/compile.ts';
import { decisionTable } from '../core/decide/decision-table.ts';
import { quoted } from '../core/issues.ts';
import { available } from '../http/available.ts';
import { matchesEtag } from '../http/etag.ts';
import type { Exchange, Reply } from '../http/exchange.ts';
import { artifactHeaders, headerTemplate, NOT_A_PAGE } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import type { Dependencies, Route } from './route.ts';

/** GET /artifact and GET /artifact/segments: what answers are made from. */
export function artifactRoutes({ store }: Dependencies): Route[] {
  return [
    {
      method: 'GET',
      path: '/artifact',
      async answer(c, exchange) {
        const { compiled } = available(await store.current(), exchange);
        return conditional(c, compiled, exchange, async () => description(compiled));
      },
    },
    segments(store),
  ];
}

/**
 * GET /artifact/segments; with ?segment=NAME, as often as wanted, only these: one of many combinations is large. With
 * ?trend=true cells have their trends. The statistics are read for each request, and are not kept.
 */
function segments(store: Dependencies['store']): Route {
  return {
    method: 'GET',
    path: '/artifact/segments',
    async answer(c, exchange) {
      const { compiled } = available(await store.current(), exchange);
      const names = c.req.queries('segment');
      const trends = c.req.query('trend') === 'true';
      const wanted = names && [...new Set(names.map((name) => segmentNamed(compiled, name)))];
      return conditional(c, compiled, exchange, async () => {
        const read = await store.statistics(compiled.table);
        if (read.ok) return decisionTable(compiled, read.statistics, wanted, trends);
        throw new Problem('statistics_unavailable', `${read.detail}; answers are not affected`);
      });
    },
  };
}

function segmentNamed({ segments }: CompiledArtifact, name: string): Answering {
  const segment = segments.get(name);
  if (segment !== undefined) return segment;
  const message = `expected a segment of the config or an alias of one, got ${quoted(name, 80)}`;
  throw new Problem('unknown_segment', message, { errors: [{ path: 'segment', message }] });
}

/** What the table says of itself. The names of the files that it was made from are in the statistics alone. */
function description({ table }: CompiledArtifact): ArtifactDescription {
  const { version, schema_version, config, data, quality } = table;
  return { version, schema_version, config, data, quality };
}

/** RFC 9110 13.1.2: a client that has this version already gets 304 without a body. */
async function conditional(
  c: Context,
  { table }: CompiledArtifact,
  exchange: Exchange,
  content: () => Promise<unknown>,
): Promise<Reply> {
  const etag = `"${table.version}"`;
  const validators = { etag, 'cache-control': 'no-cache', ...NOT_A_PAGE, ...artifactHeaders(exchange) };
  if (matchesEtag(c.req.raw.headers.get('if-none-match'), etag)) {
    return { status: 304, headers: headerTemplate(validators), body: null };
  }
  const headers = headerTemplate({ ...validators, 'content-type': 'application/json' });
  return { status: 200, headers, body: canonicalJson(await content()) };
}
