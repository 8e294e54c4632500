import { jsonLine } from '../core/json-line.ts';

/** Takes one line of JSON, without its line end. */
export type Log = (line: string) => void;

/** A field of a log line; undefined leaves it out. */
type Field = string | number | boolean | null | undefined;

/**
 * A line of the Elastic Common Schema: first the fields that ECS logging wants first, in its order. Built as text: every
 * request writes a line, and an object for each would cost it more than its decision.
 *
 * @param now milliseconds since the epoch
 */
export function ecsLine(
  now: number,
  level: 'info' | 'error',
  message: string,
  fields: Readonly<Record<string, Field>>,
): string {
  return ecsTime(now) + ecsMessage(level, message) + ecsTail(fields);
}

// Of the process: all of its lines are of now.
let lastTime = Number.NaN;
let lastBegin = '';

/** @returns the begin of a line up to its time, in milliseconds since the epoch; it is made once for each of them */
export function ecsTime(now: number): string {
  if (now !== lastTime) {
    lastTime = now;
    lastBegin = `{"@timestamp":"${new Date(now).toISOString()}"`;
  }
  return lastBegin;
}

/** @returns what comes after the time */
export function ecsMessage(level: 'info' | 'error', message: string): string {
  return `,"log.level":"${level}","message":${jsonText(message)},"ecs.version":"8.11.0","service.name":"voucher-edge"`;
}

/** @returns fields as the rest of a line, with its closing brace */
export function ecsTail(fields: Readonly<Record<string, Field>>): string {
  let tail = '';
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) tail += `,${JSON.stringify(name)}:${jsonText(value)}`;
  }
  return `${tail}}`;
}

/** @returns JSON of a value, with nothing in it that acts on who shows it: the same value once it is parsed */
export function jsonText(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return PLAIN.test(value) ? `"${value}"` : jsonLine(value);
}

/** Text that JSON has as it is. Nearly every one is, and finding that out costs a tenth of what {@link jsonLine} does. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** @returns text that clients chose, fit for a log: cut to `length`, and valid Unicode */
export function bounded(text: string, length: number): string {
  return (text.length > length ? text.slice(0, length) : text).toWellFormed();
}
