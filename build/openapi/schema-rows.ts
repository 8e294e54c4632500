/** A field as the reference shows it. */
export interface Property {
  name: string;
  type: string;
  description: string;
  required: boolean;
}

/** What is used of a JSON Schema. */
interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** @returns the fields of an object, one level deep */
export function propertiesOf(schema: object | undefined): Property[] {
  const { properties = {}, required = [] } = (schema ?? {}) as Schema;
  return Object.entries(properties).map(([name, own]) => ({
    name,
    type: typeOf(own),
    description: describe(own),
    required: required.includes(name),
  }));
}

function describe({ description, anyOf = [] }: Schema): string {
  return description ?? anyOf.find((branch) => branch.description !== undefined)?.description ?? '';
}

function typeOf({ type, enum: values, const: value, anyOf, items }: Schema): string {
  if (values !== undefined) return values.map((one) => JSON.stringify(one)).join(' or ');
  if (value !== undefined) return JSON.stringify(value);
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (type === 'array') return items === undefined ? 'array' : `array of ${plural(typeOf(items))}`;
  return Array.isArray(type) ? type.join(' or ') : (type ?? 'any');
}

function plural(type: string): string {
  return /^\w+$/.test(type) ? `${type}s` : type;
}
