import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { InputFile } from '../../../build/read/file.ts';
import { readHistory } from '../../../build/read/source.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { noNotes } from '../../../src/core/history/unread.ts';
import { AS_SHIPPED } from '../../support/reading.ts';
import { COLUMNS } from './csv.ts';

/** A folder of its own for a test file, gone when the tests are done. */
export function temporaryFolder(): {
  path: string;
  write(name: string, content: string | Uint8Array): string;
} {
  const path = mkdtempSync(join(tmpdir(), 'voucher-edge-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
  };
}

/** What a source makes of a file. */
export async function readFileRows(path: string, columns = COLUMNS) {
  const rows: RawRow[] = [];
  const lines: number[] = [];
  const malformed: number[] = [];
  let bytes = 0;
  const file: InputFile = { path, name: 'name', size: 0, named: true };
  const sha256 = await readHistory(file, noNotes(), {
    ...AS_SHIPPED,
    columns,
    onRow(_, line, text) {
      rows.push({ ...text() });
      lines.push(line);
    },
    onMalformed: (_, line) => malformed.push(line),
    onBytes(read) {
      bytes += read;
    },
    onBatch: async () => {},
  });
  return { rows, lines, malformed, bytes, sha256 };
}
