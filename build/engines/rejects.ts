import { open } from 'node:fs/promises';
import { FIELDS, type Field } from '../../src/core/fields/fields.ts';
import { encodeWithBadBytes } from '../../src/core/history/utf8.ts';
import { AsideFile } from '../files/aside.ts';
import { csvFields } from '../files/csv.ts';
import type { Reject, RejectSink } from './engine.ts';

/** Text that is kept before it is written. */
const BUFFERED = 64 * 1024;
/** A header is looked for in so many bytes. */
const START = 64 * 1024;
const [FIRST, LAST] = [['file', 'line', 'reason'], 'malformed_row'] as const;
const HEADER = new RegExp(`^\\uFEFF?${FIRST.join(',')},.*,${LAST}$`);

/**
 * The file of `--rejects`: CSV with file, line, reason, and the fields as they were under the names of the history,
 * so that a repaired file can be read as an input. What a malformed row had, which fits no column, is in
 * the last column, `malformed_row`, as one text.
 */
export class RejectsFile implements RejectSink {
  readonly #file: AsideFile;
  #buffer: string;

  private constructor(file: AsideFile, header: string) {
    this.#file = file;
    this.#buffer = header;
  }

  static async open(path: string, columns: Readonly<Record<Field, string>>): Promise<RejectsFile> {
    const header = [...FIRST, ...FIELDS.map((field) => columns[field]), LAST];
    return new RejectsFile(await AsideFile.open(path), csvRecord(header));
  }

  write({ file, line, reason, row, malformed }: Reject): void {
    const fields = FIELDS.map((field) => row?.[field] ?? '');
    this.#buffer += csvRecord([file, String(line), reason, ...fields, malformed ? csvRow(malformed) : '']);
  }

  async drained(): Promise<void> {
    if (this.#buffer.length > BUFFERED) await this.#flush();
  }

  async commit(): Promise<void> {
    await this.#flush();
    await this.#file.commit();
  }

  async discard(): Promise<void> {
    await this.#file.discard();
  }

  async #flush(): Promise<void> {
    const text = this.#buffer;
    this.#buffer = '';
    // What is not UTF-8 comes out as it was.
    await this.#file.write(encodeWithBadBytes(text));
  }
}

/**
 * @returns whether a file may be taken for the rejects of a build before, whatever its columns were called: it begins
 * as one does, or has nothing in it
 */
export async function isRejectsFile(path: string): Promise<boolean> {
  const handle = await open(path).catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START), 0, START, 0);
    const [line = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/, 1);
    return bytesRead === 0 || HEADER.test(line);
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

function csvRecord(fields: readonly string[]): string {
  return `${csvRow(fields)}\n`;
}

/** The last field of a record that ends in CRLF has the CR. */
function csvRow(fields: readonly string[]): string {
  return csvFields(fields.map((field) => field.replace(/\r$/, '')));
}
