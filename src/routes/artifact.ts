import type { ArtifactDescription } from '../api/artifact.ts';
import type { Report, ReportAnswer } from '../api/report.ts';
import type { CountryTable } from '../api/segments.ts';
import type { ArtifactStatistics } from '../core/artifact/statistics.ts';
import type { Answering, CompiledArtifact } from '../core/decide/compile.ts';
import { tableParts } from '../core/decide/decision-table.ts';
import { defaultShares } from '../core/decide/default-share.ts';
import { quoted } from '../core/issues.ts';
import { etagOf } from '../http/etag.ts';
import { answerFrom, type Exchange, type Reply } from '../http/exchange.ts';
import { artifactHeaders, NOT_A_PAGE } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import { Turns } from '../http/turns.ts';
import { conditionalReply } from './replies.ts';
import type { Dependencies, Route } from './route.ts';

/** GET /artifact, GET /artifact/segments and GET /artifact/report: what answers are made from. */
export function artifactRoutes(dependencies: Dependencies): Route[] {
  const get = (path: string, answer: Answer): Route => {
    return { method: 'GET', path, answer: (...asked) => answer(dependencies, ...asked) };
  };
  return [
    get('/artifact', description),
    get('/artifact/segments', segments),
    get('/artifact/report', report),
  ];
}

type Answer = (parts: Dependencies, ...asked: Parameters<Route['answer']>) => Promise<Reply>;

const description: Answer = async ({ store }, request, exchange) => {
  const { compiled } = answerFrom(await store.current(), exchange);
  return conditional(request, exchange, JSON.stringify(describe(compiled)));
};

/** What the table says of itself. The names of the files that it was made from are in the statistics alone. */
function describe(compiled: CompiledArtifact): ArtifactDescription {
  const { version, schema_version, config, data, quality } = compiled.table;
  return { version, schema_version, config, data, quality, default_shares: defaultShares(compiled) };
}

/**
 * GET /artifact/segments; with ?segment=NAME, as often as wanted, only these: one of many combinations is large. With
 * ?trend=true cells have their trends. It has every amount, so it takes the key that POST /voucher takes. The statistics
 * are read for each request, and are not kept.
 */
const segments: Answer = async (dependencies, request, exchange) => {
  const { store, admit } = dependencies;
  await admit?.(request);
  const query = new Query(request);
  const asked = query.all('segment');
  const trends = query.flag('trend');
  const { compiled } = answerFrom(await store.current(), exchange);
  const wanted =
    asked.length === 0 ? undefined : [...new Set(asked.map((name) => segmentNamed(compiled, name)))];
  const statistics = await statisticsOf(dependencies, compiled);
  const { head, names, countryOf } = tableParts(compiled, statistics, wanted, trends);
  const turns = new Turns();
  const countries: string[] = [];
  for (const [at, name] of names.entries()) {
    const country: CountryTable = countryOf(name, at);
    const text = `${JSON.stringify(name)}:${JSON.stringify(country)}`;
    countries.push(text);
    // Some 40 characters are made in the time of an answer.
    turns.spend(text.length / 40);
    if (turns.isOver) await turns.next();
  }
  return conditional(
    request,
    exchange,
    `${JSON.stringify(head).slice(0, -1)},"countries":{${countries.join()}}}`,
  );
};

/** Of an artifact that was built without one. */
const NO_REPORT: Report = { dropped: {}, evaluation: null };

/** GET /artifact/report: what the build kept for people; empty where it was not asked to keep anything. */
const report: Answer = async (dependencies, request, exchange) => {
  const { store, admit } = dependencies;
  await admit?.(request);
  const { compiled } = answerFrom(await store.current(), exchange);
  const { report } = await statisticsOf(dependencies, compiled);
  const kept: ReportAnswer = { version: compiled.table.version, ...NO_REPORT, ...report };
  return conditional(request, exchange, JSON.stringify(kept));
};

function segmentNamed({ segments }: CompiledArtifact, name: string): Answering {
  const segment = segments.get(name);
  if (segment !== undefined) return segment;
  const message = `expected a segment of the config or an alias of one, got ${quoted(name, 80)}`;
  throw new Problem('unknown_segment', message, { errors: [{ path: 'segment', message }] });
}

/** The entity tag is of the bytes: a release that writes the same artifact in another form has another tag. */
async function conditional(request: Request, exchange: Exchange, body: string): Promise<Reply> {
  const etag = await etagOf(body);
  const own = { etag: `W/${etag}`, ...NOT_A_PAGE, ...artifactHeaders(exchange) };
  return conditionalReply(request, body, etag, own);
}

/** @throws Problem statistics_unavailable */
async function statisticsOf(
  { store }: Dependencies,
  { table }: CompiledArtifact,
): Promise<ArtifactStatistics> {
  const read = await store.statistics(table);
  if (read.ok) return read.statistics;
  throw new Problem('statistics_unavailable', `${read.detail}; answers are not affected`);
}
