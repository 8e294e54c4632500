/** A field as the reference shows it. */
export interface Property {
  name: string;
  type: string;
  description: string;
  required: boolean;
}

/** What is used of JSON Schema 2020-12, as zod writes it. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  readOnly?: boolean;
}

/** @returns the fields of an object, or of the entries of an array, one level deep; of alternatives those of each */
export function propertiesOf({ items, anyOf, properties = {}, required = [] }: JsonSchema): Property[] {
  if (items !== undefined) return propertiesOf(items);
  if (anyOf !== undefined) return alternatives(anyOf.map(propertiesOf));
  return Object.entries(properties).map(([name, own]) => ({
    name,
    type: typeOf(own),
    description: describe(own),
    required: required.includes(name),
  }));
}

/** Each field once; only what every alternative requires is required. */
function alternatives(branches: readonly Property[][]): Property[] {
  const all = new Map(branches.flat().map((row) => [row.name, row]));
  const isRequired = (name: string) =>
    branches.every((rows) => rows.some((row) => row.name === name && row.required));
  return [...all.values()].map((row) => ({ ...row, required: isRequired(row.name) }));
}

function describe({ description, anyOf = [] }: JsonSchema): string {
  return description ?? anyOf.find((branch) => branch.description !== undefined)?.description ?? '';
}

function typeOf({ type, enum: values, const: value, anyOf, items }: JsonSchema): string {
  if (values !== undefined) return values.map((one) => JSON.stringify(one)).join(' or ');
  if (value !== undefined) return JSON.stringify(value);
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (type === 'array') return items === undefined ? 'array' : `array of ${plural(typeOf(items))}`;
  return Array.isArray(type) ? type.join(' or ') : (type ?? 'any');
}

function plural(type: string): string {
  return /^\w+$/.test(type) ? `${type}s` : type;
}
