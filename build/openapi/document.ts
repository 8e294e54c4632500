import * as z from 'zod/mini';
import { MEANINGS, STATUS_OF } from '../../src/api/problem-codes.ts';
import { TimeText } from '../../src/core/decide/request.ts';
import { exampleService } from './example-service.ts';
import { type Operation, problemsOf } from './operation.ts';
import { artifactOperations } from './operations-artifact.ts';
import { ofrepOperations } from './operations-ofrep.ts';
import { runOperations } from './operations-runs.ts';
import { versionOperations } from './operations-versions.ts';
import { batch, voucher } from './operations-vouchers.ts';
import { HEADERS, type Recorded, record } from './record.ts';
import type { JsonSchema } from './schema-rows.ts';
import { SCHEMAS, type SchemaName } from './schemas.ts';

/** An operation and the answers to its examples. */
export interface Documented {
  operation: Operation;
  recorded: Recorded[];
}

/** What parseTime reads, but for the days and hours that there are not: for the reference. */
export const TIME_PATTERN =
  '^\\s*\\d{4}[-/]\\d\\d[-/]\\d\\d(?:[Tt ]\\d{1,2}:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)? ?(?:(?:[Zz]|UTC|[+-]\\d\\d(?::?\\d\\d)?)(?:\\[[\\w+/-]+\\])?)?)?\\s*$';

/** Sends every example of every operation, one after the other. */
export async function documented(): Promise<Documented[]> {
  const service = await exampleService();
  const found: Documented[] = [];
  for (const operation of OPERATIONS) {
    const recorded: Recorded[] = [];
    for (const example of operation.examples) recorded.push(await record(service, operation, example));
    found.push({ operation, recorded });
  }
  return found;
}

/** Every method of every path, in the order in which the reference tells of them. */
const OPERATIONS = [
  voucher,
  batch,
  ...ofrepOperations,
  ...artifactOperations,
  ...versionOperations,
  ...runOperations,
];

/** JSON Schema 2020-12, as OpenAPI 3.1 has it, by name. What is transformed on the way in is described as it is sent. */
export function jsonSchemas(): Record<SchemaName, JsonSchema> {
  const schemas = Object.entries(SCHEMAS).map(([name, schema]) => {
    const { $schema: _, ...own } = z.toJSONSchema(schema as z.ZodMiniType, {
      io: 'input',
      override({ zodSchema, jsonSchema }) {
        if (zodSchema === TimeText) jsonSchema.pattern = TIME_PATTERN;
      },
    });
    return [name, own];
  });
  return Object.fromEntries(schemas);
}

/** @returns the OpenAPI 3.1 document of the service */
export function openApi(all: readonly Documented[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of all) {
    const { path, method } = one.operation;
    paths[path] = { ...paths[path], [method]: operationObject(one, headersOfProblems(all)) };
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
          description:
            'The secret ADMIN_TOKEN of the deployment, or the token of an operator in ADMIN_TOKENS. Behind Cloudflare Access its own token will do.',
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

/** @returns the headers that came with each code, at whichever operation: those that go with its status */
function headersOfProblems(all: readonly Documented[]): Map<unknown, Set<string>> {
  const found = new Map<unknown, Set<string>>();
  for (const { example, headers } of all.flatMap(({ recorded }) => recorded)) {
    const own = headers.filter((name) => !name.startsWith('x-'));
    found.set(example.expect, new Set([...(found.get(example.expect) ?? []), ...own]));
  }
  return found;
}

function operationObject(
  { operation, recorded }: Documented,
  headersOf: ReadonlyMap<unknown, Set<string>>,
): object {
  const { id, tag, summary, description, parameters = [], request } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    ...(parameters.length > 0 && {
      parameters: parameters.map((one) => ({ ...one, required: one.in === 'path' })),
    }),
    ...(request && {
      requestBody: { required: !request.optional, content: requestContent(operation, recorded) },
    }),
    responses: responses(operation, recorded, headersOf),
    security: securityOf(operation),
  };
}

function securityOf({ who }: Operation): object[] {
  if (who === 'operators') return [{ adminToken: [] }];
  return who === 'callers' ? [{}, { apiKey: [] }, { apiKeyAsBearer: [] }] : [];
}

/** Of the examples, those that are accepted: the others are no examples of a body. */
function requestContent({ request }: Operation, recorded: readonly Recorded[]): object {
  const good = recorded.filter(
    ({ status, example: { body, shows } }) => status < 300 && body !== undefined && shows === undefined,
  );
  const typeOf = ({ example }: Recorded) => example.headers?.['content-type'] ?? request?.type;
  return Object.fromEntries(
    [...Map.groupBy(good, typeOf)].map(([type, own]) => [
      type,
      {
        schema: type === request?.type && request?.schema ? ref(request.schema) : { type: 'string' },
        examples: Object.fromEntries(
          own.map(({ example: { name, summary, body } }) => [name, { summary, value: body }]),
        ),
      },
    ]),
  );
}

function responses(
  operation: Operation,
  recorded: readonly Recorded[],
  headersOf: ReadonlyMap<unknown, Set<string>>,
): object {
  const { answer, unchanged, failures = [] } = operation;
  const { status, description } = answer;
  const good = recorded.filter((one) => one.status === status);
  const statuses = Map.groupBy(problemsOf(operation), (code) => STATUS_OF[code]);
  return {
    [status]: { description, ...headers(good.flatMap((one) => one.headers)), ...answerContent(answer, good) },
    ...(unchanged && {
      304: { description: unchanged, ...headers(['etag', 'x-artifact-version', 'x-check-age']) },
    }),
    ...Object.fromEntries(
      failures.map(({ status, description, schema }) => {
        const own = recorded.filter((one) => one.status === status);
        const content = { 'application/json': { schema: ref(schema), examples: answers(own) } };
        return [status, { description, ...headers(own.flatMap((one) => one.headers)), content }];
      }),
    ),
    ...Object.fromEntries(
      [...statuses].map(([status, codes]) => [
        status,
        {
          description: codes.map((code) => `${code}: ${MEANINGS[code]}.`).join(' '),
          ...headers(codes.flatMap((code) => [...(headersOf.get(code) ?? [])])),
          content: {
            'application/problem+json': {
              schema: ref('Problem'),
              examples: answers(recorded.filter((one) => one.status === status)),
            },
          },
        },
      ]),
    ),
  };
}

function answerContent({ schema }: Operation['answer'], good: readonly Recorded[]): object {
  if (schema === null) return {};
  const content = [...Map.groupBy(good, ({ contentType }) => contentType)].map(([type, own]) => {
    if (type === 'application/json') return [type, { schema: ref(schema), examples: answers(own) }];
    // As they came: a value on each line.
    const lines = own.map((one) => {
      return { ...one, body: (one.body as unknown[]).map((value) => `${JSON.stringify(value)}\n`).join('') };
    });
    return [type, { schema: { type: 'string' }, examples: answers(lines) }];
  });
  return { content: Object.fromEntries(content) };
}

function headers(names: readonly string[]): object {
  const own = [...new Set([...names, 'x-request-id'])].sort().map((name) => {
    return [name, { description: HEADERS[name], schema: { type: 'string' } }];
  });
  return { headers: Object.fromEntries(own) };
}

function answers(recorded: readonly Recorded[]): object {
  return Object.fromEntries(
    recorded.map(({ example: { name, summary }, body }) => [name, { summary, value: body }]),
  );
}

function ref(name: SchemaName): object {
  return { $ref: `#/components/schemas/${name}` };
}
