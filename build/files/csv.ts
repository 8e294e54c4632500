import { count } from '../../src/core/history/csv-shape.ts';

/**
 * RFC 4180: a field with a delimiter, a quote or a line end is quoted, quotes in it are doubled.
 *
 * @returns the fields as one record, without its line end
 */
export function csvFields(fields: readonly string[], delimiter = ','): string {
  const line = fields.join(delimiter);
  // Most records need no quotes, and it takes one look at all fields to know.
  if (!QUOTED.test(line) && count(line, delimiter) === fields.length - 1) return line;
  const written = fields.map((field) => {
    const isQuoted = QUOTED.test(field) || field.includes(delimiter);
    return isQuoted ? `"${field.replaceAll('"', '""')}"` : field;
  });
  return written.join(delimiter);
}

const QUOTED = /["\r\n]/;
