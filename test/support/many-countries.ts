import { type Artifact, sealArtifact } from '../../src/core/artifact/artifact.ts';

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
