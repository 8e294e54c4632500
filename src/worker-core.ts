import { workerApp } from './worker-app.ts';

const app = workerApp();

/** The Worker of `wrangler deploy --env core`: answers, console and versions, without a line of ingestion. */
export default {
  fetch: (request: Request): Response | Promise<Response> => app.fetch(request),
};
