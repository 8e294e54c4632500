import { csvFields } from '../files/csv.ts';
import type { TextFile } from '../files/text-file.ts';
import type { CustomerColumns, CustomerRecord } from './record.ts';

/**
 * The file of `--rejects`: CSV with line, reason, message, and the columns of the input as they were, so that a
 * repaired file can be scored. A row that cannot be split into columns goes into the last one, `malformed_row`, as one text.
 */
export class RejectWriter {
  readonly #file: TextFile;
  readonly #delimiter: string;
  readonly #columns: number;

  constructor(file: TextFile, { names, delimiter }: CustomerColumns) {
    this.#file = file;
    this.#delimiter = delimiter;
    this.#columns = names.length;
    file.add(`${csvFields(['line', 'reason', 'message', ...names, 'malformed_row'], delimiter)}\n`);
  }

  record(line: number, reason: string, message: string, record: CustomerRecord): void {
    const head = csvFields([String(line), reason, message], this.#delimiter);
    const columns = record.csv ?? csvFields(record.fields(), this.#delimiter);
    this.#file.add(`${head}${this.#delimiter}${columns}${this.#delimiter}\n`);
  }

  malformed(line: number, message: string, text: string): void {
    const empty = Array<string>(this.#columns).fill('');
    const fields = [String(line), 'malformed_row', message, ...empty, text];
    this.#file.add(`${csvFields(fields, this.#delimiter)}\n`);
  }
}
