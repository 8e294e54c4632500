import { describe, expect, it } from 'vitest';
import { cases, type GoldenCase, version } from './golden.ts';

/** Runs the golden table against one runtime. */
export function goldenSuite(runtime: string, send: (golden: GoldenCase) => Promise<Response>): void {
  describe(`the golden requests on ${runtime}`, () => {
    it.each(cases.map((golden) => [golden.name, golden] as const))('%s', async (_, golden) => {
      const response = await send(golden);
      const text = await response.text();
      expect({ status: response.status, text }).toMatchObject({ status: golden.status });
      for (const [name, value] of Object.entries(golden.headers ?? {})) {
        expect(response.headers.get(name)).toBe(value);
      }
      if (golden.answer) expectAnswer(JSON.parse(text), golden.answer, response.headers);
      if (golden.problem) expectProblem(JSON.parse(text), golden, response.headers);
    });
  });
}

function expectAnswer(
  { artifact_version, version: named, ...answer }: Record<string, unknown>,
  expected: Record<string, unknown>,
  headers: Headers,
): void {
  expect(withoutClock(answer)).toEqual(expected);
  expect(headers.get('content-type')).toBe('application/json');
  const stated = artifact_version ?? named;
  expect(headers.get('x-artifact-version')).toBe(stated ?? null);
  if (stated !== undefined) expect(stated).toBe(version);
}

/** How old the history is depends on the day of the test. */
function withoutClock({ data, warnings, ...answer }: Record<string, unknown>): Record<string, unknown> {
  return answer.status === 'ready'
    ? answer
    : { ...answer, ...(data !== undefined && { data }), ...(warnings !== undefined && { warnings }) };
}

function expectProblem(
  body: { request_id: string; errors: { path: string; message: string }[] },
  { status, problem }: GoldenCase,
  headers: Headers,
): void {
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body).toMatchObject({ status, code: problem?.code });
  expect(body.request_id).toBe(headers.get('x-request-id'));
  if (problem?.errors) {
    expect(body.errors.map(({ path }) => path)).toEqual(problem.errors);
    for (const { message } of body.errors) expect(message).toMatch(/^expected .*, got /);
  }
}
