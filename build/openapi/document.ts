import * as z from 'zod/mini';
import { CATALOGUE, type ProblemCode } from '../../src/http/problem.ts';
import { deployment } from './deployment.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { type Recorded, record } from './record.ts';
import { SCHEMAS, type SchemaName } from './schemas.ts';

/** An operation and what came of its examples. */
export interface Documented {
  operation: Operation;
  recorded: Recorded[];
}

/** Sends every example of every operation, one after the other. */
export async function documented(): Promise<Documented[]> {
  const service = await deployment();
  const found: Documented[] = [];
  for (const operation of operations(service.known)) {
    const recorded: Recorded[] = [];
    for (const example of operation.examples) recorded.push(await record(service, operation, example));
    found.push({ operation, recorded });
  }
  return found;
}

/** JSON Schema 2020-12, as OpenAPI 3.1 has it, by name. What is transformed on the way in is described as it is sent. */
export function jsonSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, schema]) => {
      const { $schema: _, ...own } = z.toJSONSchema(schema as z.ZodMiniType, { io: 'input' });
      return [name, own];
    }),
  );
}

/** @returns the OpenAPI 3.1 document of the service */
export function openApi(all: readonly Documented[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of all) {
    const { path, method } = one.operation;
    paths[path] = { ...paths[path], [method]: operationObject(one) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'voucher-edge',
      version,
      summary: 'How much should the voucher be that wins a customer back?',
      description:
        'Errors are problem+json (RFC 9457) with a stable `code`; every answer has `x-request-id`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: jsonSchemas(),
      securitySchemes: {
        adminToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'The secret ADMIN_TOKEN of the deployment.',
        },
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'One of API_KEYS, where a deployment has them.',
        },
        apiKeyAsBearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'The same key; where both are sent, x-api-key counts.',
        },
      },
    },
  };
}

function operationObject({ operation, recorded }: Documented): object {
  const { id, tag, summary, description, parameters = [], request } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    ...(parameters.length > 0 && {
      parameters: parameters.map(({ name, in: place, description, required = false, repeated = false }) => ({
        name,
        in: place,
        description,
        required,
        schema: repeated ? { type: 'array', items: { type: 'string' } } : { type: 'string' },
      })),
    }),
    ...(request && {
      requestBody: {
        required: true,
        content: {
          [request.type]: {
            schema: request.schema ? ref(request.schema) : { type: 'string' },
            examples: requestExamples(recorded),
          },
        },
      },
    }),
    responses: responses(operation, recorded),
    security: securityOf(operation),
  };
}

function securityOf({ who }: Operation): object[] {
  if (who === 'operators') return [{ adminToken: [] }];
  return who === 'callers' ? [{}, { apiKey: [] }, { apiKeyAsBearer: [] }] : [];
}

/** Those that are accepted: the others are no examples of a body. */
function requestExamples(recorded: readonly Recorded[]): object {
  const good = recorded.filter(
    ({ status, example: { body, shows } }) => status < 300 && body !== undefined && shows === undefined,
  );
  return Object.fromEntries(
    good.map(({ example: { name, summary, body } }) => [name, { summary, value: body }]),
  );
}

const ETAG = {
  etag: { description: 'The version, in quotation marks.', schema: { type: 'string' } },
};

function responses({ answer, unchanged, problems }: Operation, recorded: readonly Recorded[]): object {
  const { status, description, schema } = answer;
  const statuses = Map.groupBy(problems, (code) => CATALOGUE[code].status);
  return {
    [status]: {
      description,
      ...(unchanged && { headers: ETAG }),
      ...(schema && {
        content: { 'application/json': { schema: ref(schema), examples: answers(recorded, status) } },
      }),
    },
    ...(unchanged && { 304: { description: unchanged, headers: ETAG } }),
    ...Object.fromEntries(
      [...statuses].map(([status, codes]) => [
        status,
        {
          description: codes.map(inWords).join(' '),
          content: {
            'application/problem+json': { schema: ref('Problem'), examples: answers(recorded, status) },
          },
        },
      ]),
    ),
  };
}

function inWords(code: ProblemCode): string {
  return `${code}: ${CATALOGUE[code].title}.`;
}

function answers(recorded: readonly Recorded[], status: number): object {
  const own = recorded.filter((one) => one.status === status);
  return Object.fromEntries(
    own.map(({ example: { name, summary }, body }) => [name, { summary, value: body }]),
  );
}

function ref(name: SchemaName): object {
  return { $ref: `#/components/schemas/${name}` };
}
