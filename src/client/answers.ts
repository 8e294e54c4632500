import type { ArtifactDescription, BatchEntry, Decision, Readiness, ServiceProblem } from './api.ts';

/** Tells an answer of a route from the JSON of another service. */
export type IsAnswer<T> = (body: unknown) => body is T;

/** Fields that every answer has, and what typeof says of them. */
type Fields<T> = { [Key in keyof T]?: 'string' | 'number' | 'object' };

/** Looks at the fields alone, not into them: it costs nothing beside parsing, and lets an answer have new ones. */
function withFields<T>(fields: Fields<T>): IsAnswer<T> {
  const expected = Object.entries(fields);
  return (body): body is T =>
    typeof body === 'object' &&
    body !== null &&
    expected.every(([name, type]) => typeof (body as Record<string, unknown>)[name] === type);
}

export const isDecision = withFields<Decision>({
  voucher_amount: 'number',
  segment_name: 'string',
  source: 'string',
  sample_size: 'number',
  artifact_version: 'string',
});

export const isDescription = withFields<ArtifactDescription>({
  version: 'string',
  schema_version: 'number',
  config: 'object',
  data: 'object',
  quality: 'object',
});

export const isReadiness = withFields<Readiness>({
  status: 'string',
  version: 'string',
  origin: 'string',
  check: 'object',
});

export const isProblem = withFields<ServiceProblem>({ code: 'string', detail: 'string' });

const isError = withFields<{ error: object }>({ error: 'object' });

/** @param count the requests, each of which has an entry of its own */
export function areEntries(count: number): IsAnswer<BatchEntry[]> {
  return (body): body is BatchEntry[] =>
    Array.isArray(body) &&
    body.length === count &&
    body.every((entry) => isDecision(entry) || (isError(entry) && isProblem(entry.error)));
}
