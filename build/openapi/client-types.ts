import * as z from 'zod/mini';
import { ArtifactDescriptionSchema } from '../../src/api/artifact.ts';
import { ReadinessSchema } from '../../src/api/health.ts';
import { EntryProblemSchema, ProblemSchema } from '../../src/api/problem.ts';
import { BatchEntrySchema } from '../../src/api/voucher.ts';
import { VoucherRequestSchema } from '../../src/core/decide/request.ts';
import { DecisionSchema } from '../../src/core/decide/schema.ts';
import type { JsonSchema } from './schema-rows.ts';

/** What is answered, of the types of src/client/api.ts. */
const ANSWERS: readonly [name: string, about: string, schema: z.ZodMiniType][] = [
  ['Decision', 'The answer of POST /voucher.', DecisionSchema],
  ['ServiceProblem', 'Why a request has no answer (RFC 9457).', ProblemSchema],
  ['EntryProblem', 'Why an entry of a batch has no answer.', EntryProblemSchema],
  ['BatchEntry', 'An entry of the answer of POST /vouchers.', BatchEntrySchema],
  ['ArtifactDescription', 'The answer of GET /artifact.', ArtifactDescriptionSchema],
  ['Readiness', 'The answer of GET /ready.', ReadinessSchema],
];

/**
 * Writes the wire types out, with their descriptions as doc comments: declarations that need no other file, where those
 * that TypeScript infers from the schemas would lead through all of the core.
 *
 * @returns the text of a .d.ts file
 */
export function clientTypes(): string {
  const registry = z.registry<{ id: string }>();
  for (const [id, , schema] of ANSWERS) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => id });
  const declared = (name: string, about: string, schema: JsonSchema) =>
    `/** ${about} */\nexport type ${name} = ${typeText(schema, '')};\n`;
  // What is sent has its optional fields; in an answer, a field with a default is always there.
  const sent = z.toJSONSchema(VoucherRequestSchema, { io: 'input' });
  return [
    declared('VoucherInput', 'The body of POST /voucher.', sent as JsonSchema),
    ...ANSWERS.map(([name, about]) => declared(name, about, schemas[name] as JsonSchema)),
  ].join('\n');
}

function typeText(schema: JsonSchema, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref;
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map((value) => literal(value)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return union(choices.map((one) => typeText(one, indent)));
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => typeText({ ...schema, type }, indent)));
  }
  switch (schema.type) {
    case 'object':
      return objectText(schema, indent);
    case 'array':
      return arrayText(schema, indent);
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return schema.type;
    case undefined:
      return 'unknown';
    default:
      throw new Error(`there is no TypeScript type for the JSON type ${schema.type}`);
  }
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function objectText(schema: JsonSchema, indent: string): string {
  const { properties, required = [], additionalProperties } = schema;
  if (properties === undefined) {
    const value =
      typeof additionalProperties === 'object' ? typeText(additionalProperties, indent) : 'unknown';
    return `Record<string, ${value}>`;
  }
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, property]) => {
    const about = property.description === undefined ? '' : `${inner}/** ${property.description} */\n`;
    const type = typeText(property, inner);
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `${about}${inner}${key}${required.includes(name) ? `: ${type}` : `?: ${type} | undefined`};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function arrayText({ items = {}, readOnly }: JsonSchema, indent: string): string {
  const text = typeText(items, indent);
  const element = /[ |]/.test(text) && !text.startsWith('{') ? `(${text})` : text;
  return `${readOnly ? 'readonly ' : ''}${element}[]`;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}
