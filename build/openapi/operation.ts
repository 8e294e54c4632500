import { type ProblemCode, STATUS_OF } from '../../src/api/problem-codes.ts';
import type { DeploymentKind } from './example-service.ts';
import type { SchemaName } from './schemas.ts';

/** A request that is sent when the reference is made: the answer that is shown is the one that came. */
export interface Example {
  name: string;
  summary: string;
  /** Another one than the operation's. */
  method?: string;
  /** Path and query; the path of the operation, when it is missing. */
  path?: string;
  headers?: Record<string, string>;
  /** Whether it is sent without the admin token, which routes of operators are sent otherwise. */
  anonymous?: boolean;
  /** JSON, or text as it is. */
  body?: unknown;
  /** What comes: a status, or the code of a problem. */
  expect: number | ProblemCode;
  /** The code of a problem inside an answer that succeeds as a whole. */
  shows?: ProblemCode;
  /** What kind of deployment answers it. */
  on?: DeploymentKind;
}

/** @returns an example, which is called "answer", or by the code that comes, unless it has another name */
export function example(
  expect: Example['expect'],
  summary: string,
  more: Partial<Omit<Example, 'expect' | 'summary'>> = {},
): Example {
  return { name: typeof expect === 'number' ? 'answer' : expect, summary, expect, ...more };
}

/** A parameter; one of the path is required, others are not. */
interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  description: string;
  /** JSON Schema. */
  schema: object;
}

/** @param schema JSON Schema; any text unless given */
const parameter =
  (place: Parameter['in']) =>
  (name: string, description: string, schema: object = { type: 'string' }): Parameter => ({
    name,
    in: place,
    description,
    schema,
  });
export const [inPath, inQuery, inHeader] = [parameter('path'), parameter('query'), parameter('header')];

/** Of a parameter that is `true` or `false`. */
export const FLAG = { type: 'boolean', default: false };

/** One method of one path, as the reference tells of it. */
export interface Operation {
  method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: /runs/{id}. */
  path: string;
  id: string;
  tag: 'Vouchers' | 'OpenFeature' | 'Artifact' | 'Health' | 'Versions' | 'Uploads';
  summary: string;
  description: string;
  /** Who may call it: anyone, callers with a key, or operators alone. */
  who: 'callers' | 'anybody' | 'operators';
  parameters?: readonly Parameter[];
  /** The body; an optional one may be left out. */
  request?: { type: string; schema: SchemaName | null; optional?: true };
  answer: { status: number; description: string; schema: SchemaName | null };
  /** What 304 says, where an ETag spares the answer. */
  unchanged?: string;
  /** Refusals of a shape of their own, where a protocol asks for it. */
  failures?: readonly { status: number; description: string; schema: SchemaName }[];
  /** How it may fail besides what its examples show, and what {@link problemsOf} adds. */
  problems?: readonly ProblemCode[];
  examples: readonly Example[];
}

/**
 * @param of what a group of operations has in common
 * @returns what describes one of them, by its method, its path and its id
 */
export function operationsOf<Common extends Partial<Operation>>(of: Common) {
  return (
    method: Operation['method'],
    path: string,
    id: string,
    own: Omit<Operation, 'method' | 'path' | 'id' | keyof Common> & Partial<Operation>,
  ) => ({ ...of, method, path, id, ...own }) as Operation;
}

const OF_ANYBODY = ['invalid_host', 'method_not_allowed', 'internal_error'] as const;
const OF: Readonly<Record<Operation['who'], readonly ProblemCode[]>> = {
  anybody: OF_ANYBODY,
  callers: [...OF_ANYBODY, 'unauthorized', 'rate_limited', 'no_artifact'],
  operators: [...OF_ANYBODY, 'unauthorized', 'admin_closed', 'invalid_request', 'storage_unavailable'],
};
const OF_JSON = ['malformed_json', 'body_too_large', 'unsupported_media_type', 'invalid_request'] as const;

/** @returns every problem that an operation may have, in the order of their statuses */
export function problemsOf({ who, request, failures, problems = [], examples }: Operation): ProblemCode[] {
  const ofBody = request?.type === 'application/json' && failures === undefined ? OF_JSON : [];
  const shown = examples.flatMap(({ expect, shows = expect }) => shows);
  const own = new Set<unknown>([...OF[who], ...ofBody, ...problems, ...shown]);
  return (Object.keys(STATUS_OF) as ProblemCode[]).filter((code) => own.has(code));
}
