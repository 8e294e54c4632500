import { type Artifact, sealArtifact } from '../../src/core/artifact/artifact.ts';
import type { Table } from '../../src/core/artifact/table.ts';
import { canonicalJson, sha256Hex } from '../../src/core/canonical.ts';

/** @returns an artifact of so many countries: those of another one again and again, under other names */
export async function ofCountries({ table, statistics }: Artifact, count: number): Promise<Artifact> {
  const all = [...statistics.countries];
  const countries = new Map(
    Array.from({ length: count }, (_, index) => {
      const [name, ofCountry] = all[index % all.length] as (typeof all)[number];
      const copy = Math.floor(index / all.length);
      return [copy === 0 ? name : `${name} ${copy}`, ofCountry] as const;
    }),
  );
  return await sealArtifact({ ...table, ...statistics, countries });
}

/** The same for a table alone, which an isolate can make: the statistics of a thousand countries would not fit it. */
export async function tableOfCountries(
  { version: _, ...table }: Table,
  count: number,
): Promise<{ table: Table; text: string }> {
  const times = <T>(list: readonly T[]) =>
    Array.from({ length: count }, (_, index) => list[index % list.length] as T);
  const countries = times(table.countries).map((name, index) =>
    index < table.countries.length ? name : `${name} ${Math.floor(index / table.countries.length)}`,
  );
  const amounts = Object.entries(table.country.amounts).map(([which, list]) => [which, times(list)]);
  const segments = Object.entries(table.segments).map(([name, { levels, amounts, rows }]) => [
    name,
    { levels, amounts: times(amounts), rows: times(rows) },
  ]);
  const unversioned = {
    ...table,
    countries,
    country: { rows: times(table.country.rows), amounts: Object.fromEntries(amounts) },
    segments: Object.fromEntries(segments),
  };
  const version = (await sha256Hex(canonicalJson(unversioned))).slice(0, 16);
  const large = { ...unversioned, version };
  return { table: large, text: `${canonicalJson(large)}\n` };
}
