import type { ProblemCode } from '../../src/api/problem-codes.ts';
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
  /** JSON, or text as it is. */
  body?: unknown;
  /** What comes: a status, or the code of a problem. */
  expect: number | ProblemCode;
  /** The code of a problem inside an answer that succeeds as a whole. */
  shows?: ProblemCode;
  /** What kind of deployment answers it. */
  on?:
    | 'whole'
    | 'without versions'
    | 'bare'
    | 'without artifact'
    | 'without statistics'
    | 'failing'
    | 'limited'
    | 'broken storage';
}

export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  description: string;
  required?: boolean;
  repeated?: boolean;
  /** A flag is `true` or `false`; others are text of a pattern, or any. */
  flag?: boolean;
  pattern?: string;
}

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
  request?: { type: string; schema: SchemaName | null };
  answer: { status: number; description: string; schema: SchemaName | null };
  /** What 304 says, where an ETag spares the answer. */
  unchanged?: string;
  /** Refusals of a shape of their own, where a protocol asks for it. */
  failures?: readonly { status: number; description: string; schema: SchemaName }[];
  problems: readonly ProblemCode[];
  examples: readonly Example[];
}

export const TOKEN = 'an-admin-token';
/** The header of operators. */
export const AS_OPERATOR = { authorization: `Bearer ${TOKEN}` };
