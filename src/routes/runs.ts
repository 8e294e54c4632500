import type { Run, RunStarted, Runs } from '../api/runs.ts';
import { quoted } from '../core/issues.ts';
import type { AdminGuard } from '../http/admin.ts';
import { Problem } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import type { Ingestion } from '../ingest/ingestion.ts';
import { type AdminAnswer, adminRoute, stored } from './admin.ts';
import { jsonReply } from './replies.ts';
import type { Route } from './route.ts';

type Answer = AdminAnswer<Ingestion>;

/**
 * GET /runs and GET /runs/ID: how uploads were taken in. POST /runs starts a run; with ?force=true past the guards.
 * DELETE /runs/ID ends one that is stuck.
 */
export function runRoutes(admin: AdminGuard, ingestion: Ingestion): Route[] {
  const route = adminRoute(admin, () => ingestion);
  return [
    route('GET', '/runs', list),
    route('POST', '/runs', start, 'force'),
    route('GET', '/runs/:id', show),
    route('DELETE', '/runs/:id', end),
  ];
}

/** The newest first, without their steps. */
const list: Answer = async (_, { sequencer }) => {
  const runs = await stored(sequencer.runs());
  return jsonReply<Runs>(200, { runs: runs.map(({ steps: _, ...run }) => run) });
};

const show: Answer = async (_, { sequencer }, { parameter: id }) => {
  const run = await stored(sequencer.run(id));
  return run === null ? noSuchRun(id) : jsonReply<Run>(200, run);
};

const end: Answer = async (_, { sequencer }, { by, parameter: id }) => {
  const run = await stored(sequencer.cancel(id, by));
  return run === null ? noSuchRun(id) : jsonReply<Run>(200, run);
};

function noSuchRun(id: string): never {
  throw new Problem('not_found', `There is no run ${quoted(id, 80)}: GET /runs lists the latest.`);
}

const start: Answer = async (request, { sequencer }, { by }) => {
  const force = new Query(request).flag('force');
  const because = [force ? 'POST /runs?force=true' : 'POST /runs'];
  const id = await stored(sequencer.notify(because, { force, by: [by] }));
  return jsonReply<RunStarted>(202, { id });
};
