/** A field of a log line; undefined leaves it out. */
export type Field = string | number | boolean | null | undefined;

/**
 * A line of the Elastic Common Schema, without its closing brace: the fields that ECS logging wants first, in its
 * order. Built as text: every request writes a line, and an object for each would cost it more than its decision.
 *
 * @param now milliseconds since the epoch
 */
export function ecsHead(now: number, level: 'info' | 'error', message: string): string {
  return `{"@timestamp":"${timestamp(now)}","log.level":"${level}","message":${JSON.stringify(message)},"ecs.version":"8.11.0","service.name":"voucher-edge"`;
}

/** @returns fields as the rest of a line, with its closing brace */
export function ecsTail(fields: Readonly<Record<string, Field>>): string {
  let tail = '';
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) tail += `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return `${tail}}`;
}

/** @returns text that clients chose, fit for a log: cut to `length`, and valid Unicode */
export function bounded(text: string, length: number): string {
  return (text.length > length ? text.slice(0, length) : text).toWellFormed();
}

let lastSecond = Number.NaN;
let lastPrefix = '';

/** ISO 8601 in UTC with milliseconds; a Date is made only once a second. */
function timestamp(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastPrefix = new Date(second * 1000).toISOString().slice(0, -4);
  }
  const milliseconds = Math.floor(now - second * 1000);
  return `${lastPrefix}${String(milliseconds).padStart(3, '0')}Z`;
}
