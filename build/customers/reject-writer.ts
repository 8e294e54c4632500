import { csvFields } from '../files/csv.ts';
import type { TextFile } from '../files/text-file.ts';
import type { CustomerColumns, CustomerRecord } from './record.ts';

/**
 * The file of `--rejects`: CSV with line, reason, message, and the columns of the input as they were, so that a
 * repaired file can be scored. A row that cannot be split into columns goes into the last one, `malformed_row`, as one text.
 */
export function rejectWriter(file: TextFile, { names, delimiter }: CustomerColumns) {
  const fields = (...texts: string[]) => csvFields(texts, delimiter);
  file.add(`${fields('line', 'reason', 'message', ...names, 'malformed_row')}\n`);
  return {
    record(line: number, reason: string, message: string, record: CustomerRecord): void {
      const columns = record.csv ?? fields(...record.fields());
      file.add(`${fields(String(line), reason, message)}${delimiter}${columns}${delimiter}\n`);
    },
    malformed(line: number, message: string, text: string): void {
      const empty = names.map(() => '');
      file.add(`${fields(String(line), 'malformed_row', message, ...empty, text)}\n`);
    },
  };
}
