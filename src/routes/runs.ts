import type { Run, RunStarted, Runs } from '../api/runs.ts';
import { Problem } from '../http/problem.ts';
import { type AdminAnswer, adminReply, adminRoute, stored } from './admin.ts';
import type { Dependencies, Route } from './route.ts';

/**
 * GET /runs and GET /runs/ID: what became of uploads. POST /runs starts a run; with ?force=true past the guards.
 * DELETE /runs/ID ends one that is stuck.
 */
export function runRoutes(dependencies: Pick<Dependencies, 'admin' | 'ingestion'>): Route[] {
  const route = adminRoute(dependencies);
  return [
    route('GET', '/runs', list),
    route('POST', '/runs', start),
    route('GET', '/runs/:id', show),
    route('DELETE', '/runs/:id', end),
  ];
}

/** The newest first, without their steps. */
const list: AdminAnswer = async (_, { sequencer }) => {
  const runs = await stored(sequencer.runs());
  return adminReply<Runs>(200, { runs: runs.map(({ steps: _, ...run }) => run) });
};

const show: AdminAnswer = async (c, { sequencer }) => {
  const run = await stored(sequencer.run(c.req.param('id') ?? ''));
  return run === null ? noSuchRun() : adminReply<Run>(200, run);
};

const end: AdminAnswer = async (c, { sequencer, by }) => {
  const run = await stored(sequencer.cancel(c.req.param('id') ?? '', by));
  return run === null ? noSuchRun() : adminReply<Run>(200, run);
};

function noSuchRun(): never {
  throw new Problem('not_found', 'There is no run with this id: GET /runs lists the latest');
}

const start: AdminAnswer = async (c, { sequencer, by }) => {
  const force = c.req.query('force') === 'true';
  const id = await stored(
    sequencer.notify([force ? 'POST /runs?force=true' : 'POST /runs'], { force, by: [by] }),
  );
  return adminReply<RunStarted>(202, { id });
};
