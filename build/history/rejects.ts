import { FIELDS, type Field } from '../../src/core/fields/fields.ts';
import type { RejectSink } from '../engines/engine.ts';
import { csvFields } from '../files/csv.ts';
import { TextFile } from '../files/text-file.ts';
import { headOf } from '../read/stored.ts';

/** A header is looked for in so many bytes. */
const START = 64 * 1024;
const [FIRST, LAST] = [['file', 'line', 'reason'], 'malformed_row'] as const;
const HEADER = new RegExp(`^\\uFEFF?${FIRST.join(',')},.*,${LAST}$`);

/**
 * Opens the file of `--rejects`: CSV with file, line, reason, and the fields as they were under the names of the history,
 * so that a repaired file can be read as an input. What a malformed row had, which fits no column, is in
 * the last column, `malformed_row`, as one text.
 */
export async function openRejects(
  path: string,
  columns: Readonly<Record<Field, string>>,
): Promise<RejectSink & Pick<TextFile, 'commit' | typeof Symbol.asyncDispose>> {
  const text = await TextFile.open(path);
  text.add(csvRecord([...FIRST, ...FIELDS.map((field) => columns[field]), LAST]));
  return {
    write({ file, line, reason, row, malformed }) {
      const fields = FIELDS.map((field) => row?.[field] ?? '');
      text.add(csvRecord([file, String(line), reason, ...fields, malformed ? csvRow(malformed) : '']));
    },
    drained: () => text.drained(),
    commit: () => text.commit(),
    [Symbol.asyncDispose]: () => text[Symbol.asyncDispose](),
  };
}

/**
 * @returns whether a file may be taken for the rejects of a build before, whatever its columns were called: it begins
 * as one does, or has nothing in it
 */
export async function isRejectsFile(path: string): Promise<boolean> {
  const head = await headOf({ path, size: 0 }, START).catch(() => null);
  const [line = ''] = head?.toString().split(/\r?\n/, 1) ?? [];
  return head?.length === 0 || HEADER.test(line);
}

function csvRecord(fields: readonly string[]): string {
  return `${csvRow(fields)}\n`;
}

/** The last field of a record that ends in CRLF has the CR. */
function csvRow(fields: readonly string[]): string {
  return csvFields(fields.map((field) => field.replace(/\r$/, '')));
}
