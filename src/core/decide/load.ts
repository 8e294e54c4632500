import { type ReadTable, readTable } from '../artifact/read-table.ts';
import { messageOf } from '../errors.ts';
import { type CompiledArtifact, compileArtifact } from './compile.ts';

export type LoadedTable = { ok: true; compiled: CompiledArtifact } | Extract<ReadTable, { ok: false }>;

/** Reads the bytes of a table, and makes it ready to answer. @param expected the version that it must have */
export async function loadTable(bytes: Uint8Array<ArrayBuffer>, expected?: string): Promise<LoadedTable> {
  const read = await readTable(bytes, expected);
  if (!read.ok) return read;
  try {
    return { ok: true, compiled: compileArtifact(read.table) };
  } catch (error) {
    const detail = `it does not fit its own config (${messageOf(error)}): build it again`;
    return { ok: false, code: 'schema', detail };
  }
}
