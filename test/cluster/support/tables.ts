import { FIELDS } from '../../../src/core/fields/fields.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';

/** Rows of text in ClickHouse's format TabSeparated. */
export function tabSeparated(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(escaped).join('\t')}\n`).join('');
}

export function fieldsOf(row: RawRow): string[] {
  return FIELDS.map((field) => row[field]);
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r\0]/g, (character) => ESCAPES[character] ?? character);
}

const ESCAPES: Partial<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};
