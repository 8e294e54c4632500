import * as z from 'zod/mini';
import { ArtifactDescriptionSchema } from '../../src/api/artifact.ts';
import { ReadinessSchema } from '../../src/api/health.ts';
import { EntryProblemSchema, ProblemSchema } from '../../src/api/problem.ts';
import { BatchEntrySchema } from '../../src/api/vouchers.ts';
import { VoucherRequestSchema } from '../../src/core/decide/request.ts';
import { DecisionSchema } from '../../src/core/decide/schema.ts';
import type { JsonSchema } from './schema-rows.ts';

/** The types of src/client/api.ts. One that others have in them comes before them. */
const TYPES: readonly { name: string; about: string; schema: z.ZodMiniType; sent?: true }[] = [
  { name: 'VoucherInput', about: 'The body of POST /voucher.', schema: VoucherRequestSchema, sent: true },
  { name: 'Decision', about: 'The answer of POST /voucher.', schema: DecisionSchema },
  { name: 'ServiceProblem', about: 'Why a request has no answer (RFC 9457).', schema: ProblemSchema },
  { name: 'EntryProblem', about: 'Why an entry of a batch has no answer.', schema: EntryProblemSchema },
  { name: 'BatchEntry', about: 'An entry of the answer of POST /vouchers.', schema: BatchEntrySchema },
  { name: 'ArtifactDescription', about: 'The answer of GET /artifact.', schema: ArtifactDescriptionSchema },
  { name: 'Readiness', about: 'The answer of GET /ready.', schema: ReadinessSchema },
];

/**
 * Writes the wire types out, with their descriptions as doc comments: declarations that need no other file, where those
 * that TypeScript infers from the schemas would lead through all of the core.
 *
 * @returns the text of a .d.ts file
 */
export function clientTypes(): string {
  const named = new Map<string, string>();
  const texts = TYPES.map(({ name, about, schema, sent }) => {
    // What is sent has its optional fields; in an answer, a field with a default is always there.
    const io = sent ? 'input' : 'output';
    const { $schema: _, ...json } = z.toJSONSchema(schema, { io }) as JsonSchema & { $schema: string };
    const text = `/** ${about} */\nexport type ${name} = ${typeText(json, named, '')};\n`;
    named.set(identity(json), name);
    return text;
  });
  return texts.join('\n');
}

/** What tells whether two schemas are the same type: a description in another place does not. */
function identity({ description: _, ...schema }: JsonSchema): string {
  return JSON.stringify(schema);
}

function typeText(schema: JsonSchema, named: ReadonlyMap<string, string>, indent: string): string {
  const name = named.get(identity(schema));
  if (name !== undefined) return name;
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map((value) => literal(value)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return union(choices.map((one) => typeText(one, named, indent)));
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => typeText({ ...schema, type }, named, indent)));
  }
  switch (schema.type) {
    case 'object':
      return objectText(schema, named, indent);
    case 'array':
      return arrayText(schema, named, indent);
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

function objectText(schema: JsonSchema, named: ReadonlyMap<string, string>, indent: string): string {
  const { properties, required = [], additionalProperties, propertyNames } = schema;
  if (properties === undefined) {
    if (typeof additionalProperties !== 'object') return 'Record<string, unknown>';
    const value = typeText(additionalProperties, named, indent);
    const key = propertyNames?.enum ? typeText(propertyNames, named, indent) : 'string';
    return key === 'string' ? `Record<string, ${value}>` : `Partial<Record<${key}, ${value}>>`;
  }
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, property]) => {
    const about = property.description === undefined ? '' : `${inner}/** ${property.description} */\n`;
    const type = typeText(property, named, inner);
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `${about}${inner}${key}${required.includes(name) ? '' : '?'}: ${type}${required.includes(name) ? '' : ' | undefined'};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function arrayText(schema: JsonSchema, named: ReadonlyMap<string, string>, indent: string): string {
  const { items, prefixItems, readOnly } = schema;
  const modifier = readOnly ? 'readonly ' : '';
  if (prefixItems !== undefined) {
    const rest = items === undefined ? [] : [`...${element(items)}`];
    return `${modifier}[${[...prefixItems.map((one) => typeText(one, named, indent)), ...rest].join(', ')}]`;
  }
  return `${modifier}${items === undefined ? 'unknown[]' : element(items)}`;

  function element(one: JsonSchema): string {
    const text = typeText(one, named, indent);
    return /[ |]/.test(text) && !text.startsWith('{') ? `(${text})[]` : `${text}[]`;
  }
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}
