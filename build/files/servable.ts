import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { MOST_TABLE_BYTES } from '../../src/core/artifact/read-table.ts';
import { loadTable } from '../../src/core/decide/load.ts';
import { DataError } from '../../src/core/errors.ts';

/** @throws DataError for an artifact that the service would refuse: nothing of it is to be written */
export async function requireServable({ version, table, texts }: Artifact): Promise<void> {
  const bytes = new TextEncoder().encode(texts.table);
  if (bytes.byteLength > MOST_TABLE_BYTES) {
    const sizes = Object.entries(table.segments).map(([name, segment]) => ({
      name,
      size: JSON.stringify(segment).length,
    }));
    const [largest] = sizes.sort((a, b) => b.size - a.size);
    throw new DataError(
      `the table has ${megabytes(bytes.byteLength)} for ${table.countries.length} countries, and at most ${megabytes(MOST_TABLE_BYTES)} can be served. ` +
        `Most of it is ${largest?.name} with ${megabytes(largest?.size ?? 0)}: give it fewer or wider bands, raise its min_support, or leave it out. ` +
        'Nothing is written',
    );
  }
  const loaded = await loadTable(bytes, version);
  if (!loaded.ok) throw new Error(`the builder made a table that cannot be served: ${loaded.detail}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
