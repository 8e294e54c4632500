/**
 * RFC 4180: a field with a delimiter, a quote or a line end is quoted, quotes in it are doubled.
 *
 * @returns the fields as one record, without its line end
 */
export function csvFields(fields: readonly string[], delimiter = ','): string {
  return fields
    .map((field) => (needsQuotes(field, delimiter) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(delimiter);
}

function needsQuotes(field: string, delimiter: string): boolean {
  return /["\r\n]/.test(field) || field.includes(delimiter);
}
