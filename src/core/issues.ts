import * as z from 'zod/mini';
import { beginning } from './shown.ts';

/** One thing that is wrong with an input: where (a path such as `segments.recency_segment.bands.0.min`) and what. */
export interface Issue {
  path: string;
  message: string;
}

export type Checked<T> = { ok: true; value: T } | { ok: false; issues: Issue[] };

/** Parses with a zod schema and says what is wrong in sentences: what was expected and what came. */
export function check<T>(schema: z.ZodMiniType<T>, input: unknown): Checked<T> {
  const parsed = z.safeParse(schema, input, { reportInput: true });
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, issues: explainIssues(parsed.error) };
}

/**
 * @returns zod's issues as paths and sentences, the first of each path, which the others follow from; the schema's own
 *   wording is kept for its custom rules
 */
export function explainIssues(error: z.core.$ZodError): Issue[] {
  const paths = new Set<string>();
  return error.issues
    .flatMap((issue) => {
      if (issue.code !== 'unrecognized_keys') return { path: pathOf(issue.path), message: sentence(issue) };
      return issue.keys.map((key) => ({
        path: pathOf([...issue.path, key]),
        message: 'expected no key of this name',
      }));
    })
    .filter(({ path }) => paths.size < paths.add(path).size);
}

/**
 * @param whole what the input is called where all of it is wrong
 * @returns the first issue as a sentence, with its path
 */
export function firstIssue([first]: readonly Issue[], whole: string): string {
  return `${first?.path || whole}: ${first?.message}`;
}

/** @returns a value as a reader would write it, cut to a length that fits a sentence */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number that is not finite';
  if (Array.isArray(value) && value.length > 0) return 'an array';
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > LONGEST_SHOWN ? `${beginning(text, LONGEST_SHOWN)}…` : text;
}

/** @returns the beginning of a text as JSON writes it, for a sentence @param length of it, in UTF-16 units */
export function quoted(text: string, length: number): string {
  return JSON.stringify(beginning(text, length));
}

const LONGEST_SHOWN = 60;

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'invalid_key':
      return `expected another name: ${issue.issues.map(sentence).join('; ')}`;
    default:
      return `expected ${expectation(issue)}, got ${show(issue.input)}`;
  }
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `at least ${measure(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `at most ${measure(issue.maximum, issue.origin)}`;
    case 'invalid_format':
      // A pattern has its own words where people write the text.
      return issue.message.startsWith('a ') ? issue.message : `text of the form ${issue.pattern}`;
    case 'invalid_union':
      return [...new Set(issue.errors.flatMap((branch) => branch.slice(0, 1).map(expectation)))].join(' or ');
    default:
      return 'something else';
  }
}

const TYPE_NAMES: Partial<Record<string, string>> = {
  int: 'a whole number',
  string: 'a string',
  number: 'a number',
  array: 'an array',
  object: 'an object',
  record: 'an object',
  map: 'an object',
};

function measure(bound: number | bigint, origin: string): string {
  if (origin === 'string') return bound === 1 ? '1 character' : `${bound} characters`;
  return origin === 'array' ? `${bound} ${Number(bound) === 1 ? 'entry' : 'entries'}` : String(bound);
}
