import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import * as z from 'zod/mini';
import { DataError } from '../../src/core/errors.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import { UsageError } from '../cli/options.ts';

const LOCAL = 'http://localhost:8787';

/** The options of every command that asks a deployment. */
export const deploymentOptions = {
  url: { value: 'URL', description: `The deployment (default: VOUCHER_EDGE_URL, or ${LOCAL})` },
  json: { description: 'Write one JSON object to standard output, words to standard error' },
} as const;

const ProblemSchema = z.object({ code: z.string(), detail: z.string() });

/**
 * Asks a deployment with the admin token.
 *
 * @param schema of what comes; null comes for an answer without a body
 * @throws DataError for a refusal, and when nothing answers
 */
export type Ask = <T>(
  schema: z.ZodMiniType<T>,
  method: string,
  path: string,
  body?: Blob | object,
) => Promise<T>;

/**
 * Finds the deployment that the options name. The token is that of the environment, or for a deployment on this
 * machine that of `.dev.vars`: a command line is no place for a secret.
 *
 * @throws UsageError for something that is no URL, or without a token
 * @example const { uploads } = await (await askerOf(values))(UploadsSchema, 'GET', '/uploads');
 */
export async function askerOf({ url: given }: { url: string | undefined }): Promise<Ask> {
  const { ADMIN_TOKEN, VOUCHER_EDGE_URL } = process.env;
  const url = urlOf(given ?? VOUCHER_EDGE_URL ?? LOCAL);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const token = ADMIN_TOKEN ?? (isLocal ? await devToken() : undefined);
  if (token === undefined || token.trim() === '') {
    throw new UsageError(
      `Set ADMIN_TOKEN to an admin token of ${url.origin}${isLocal ? ', in the environment or in .dev.vars' : ', in the environment'}`,
    );
  }
  const headers = { authorization: `Bearer ${token.trim()}`, accept: 'application/json' };
  return async (schema, method, path, body) =>
    z.parse(schema, await ask(new URL(path, url), method, headers, body));
}

/**
 * Asks a deployment for something that takes no token.
 *
 * @param expected the status of a refusal that is an answer to the caller
 * @returns the JSON that came; null for the expected refusal
 * @throws UsageError for something that is no URL. @throws DataError for another refusal, and when nothing answers
 */
export async function askOpenly(url: string, path: string, expected: number): Promise<unknown> {
  return await ask(new URL(path, urlOf(url)), 'GET', { accept: 'application/json' }, undefined, expected);
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new UsageError(
    `expected a URL such as https://voucher-edge.example.com, got ${JSON.stringify(text)}`,
  );
}

/** The token of the deployment that `npm run dev` serves. */
async function devToken(): Promise<string | undefined> {
  const text = await readFile('.dev.vars', 'utf8').catch(() => '');
  return parseEnv(text).ADMIN_TOKEN;
}

async function ask(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body?: Blob | object,
  expected?: number,
): Promise<unknown> {
  const isFile = body instanceof Blob;
  const type =
    body === undefined ? {} : { 'content-type': isFile ? 'application/octet-stream' : 'application/json' };
  const sent = body === undefined || isFile ? (body ?? null) : JSON.stringify(body);
  let response: Response;
  let text: string;
  try {
    // A token goes to the deployment that was named, and to no other.
    response = await fetch(url, { method, headers: { ...headers, ...type }, body: sent, redirect: 'error' });
    text = await response.text();
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const why = cause instanceof Error && cause.message !== '' ? ` (${cause.message})` : '';
    throw new DataError(
      `${url.origin} does not answer${why}: start it with npm run dev, or name another deployment with --url`,
      { cause: error },
    );
  }
  const answer = text === '' ? null : parseJson(text);
  if (response.ok) {
    if (answer !== undefined) return answer;
    throw new DataError(`${url.origin} did not answer with JSON: is there a voucher-edge at this URL?`);
  }
  if (response.status === expected) return null;
  const problem = z.safeParse(ProblemSchema, answer);
  throw new DataError(
    problem.success
      ? `${url.origin} refused it: ${problem.data.detail} (${problem.data.code})`
      : `${url.origin} answered ${response.status} to ${method} ${url.pathname}: is there a voucher-edge at this URL?`,
  );
}
