import { AGAIN, readTable, TableError, type TableFault } from '../artifact/read-table.ts';
import { messageOf } from '../errors.ts';
import { type CompiledArtifact, compileArtifact } from './compile.ts';

export type LoadedTable =
  | { ok: true; compiled: CompiledArtifact }
  | {
      ok: false;
      code: TableFault;
      /** What is wrong, and what to do. */
      detail: string;
    };

/** Reads the bytes of a table, and makes it ready to answer. @param expected the version that it must have */
export async function loadTable(bytes: Uint8Array<ArrayBuffer>, expected?: string): Promise<LoadedTable> {
  try {
    return { ok: true, compiled: compileArtifact(await readTable(bytes, expected)) };
  } catch (error) {
    if (error instanceof TableError) return { ok: false, code: error.code, detail: error.message };
    // Its hash is right, and what it has is not of the kind that it should be.
    return { ok: false, code: 'schema', detail: `it does not fit (${messageOf(error)})${AGAIN}` };
  }
}
