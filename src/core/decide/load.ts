import { AGAIN, type ReadTable, readTable } from '../artifact/read-table.ts';
import { messageOf } from '../errors.ts';
import { type CompiledArtifact, compileArtifact } from './compile.ts';

export type LoadedTable = { ok: true; compiled: CompiledArtifact } | Extract<ReadTable, { ok: false }>;

/** Reads the bytes of a table, and makes it ready to answer. @param expected the version that it must have */
export async function loadTable(bytes: Uint8Array<ArrayBuffer>, expected?: string): Promise<LoadedTable> {
  try {
    const read = await readTable(bytes, expected);
    return read.ok ? { ok: true, compiled: compileArtifact(read.table) } : read;
  } catch (error) {
    // Its hash is right, and what it has is not of the kind that it should be.
    return { ok: false, code: 'schema', detail: `it does not fit (${messageOf(error)}); ${AGAIN}` };
  }
}
