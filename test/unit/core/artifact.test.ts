import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Artifact, type ArtifactContent, sealArtifact } from '../../../src/core/artifact/artifact.ts';
import { readTable } from '../../../src/core/artifact/read-table.ts';
import { readStatistics, statisticsPlace } from '../../../src/core/artifact/statistics.ts';
import { canonicalJson, sha256Hex } from '../../../src/core/canonical.ts';
import { artifactOf, histories, rawRow } from '../../support/histories.ts';

const ROWS = ['Peru', '__proto__', 'constructor', '中国'].map((country) =>
  rawRow(['2018-07-21', country, '2018-06-20', '', '15', '12.5']),
);

async function expectReadable({ version, table, statistics, texts }: Artifact): Promise<void> {
  const bytes = new TextEncoder().encode(texts.table);
  expect(await readTable(bytes, version)).toEqual(table);
  expect(new TextDecoder().decode(bytes), 'what was read is as it was').toBe(texts.table);
  expect(await readStatistics(texts.statistics, table)).toEqual({ ok: true, statistics });
}

describe('an artifact', () => {
  it('survives being written and read, whatever its countries are called', async () => {
    const artifact = await artifactOf(ROWS);
    await expectReadable(artifact);
    expect(artifact.table.countries).toEqual(['Peru', '__proto__', 'constructor', '中国']);
    expect([...artifact.statistics.countries.keys()].sort()).toEqual(artifact.table.countries);
  });

  it('survives being written and read for any history', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (rows) => expectReadable(await artifactOf(rows))),
      { numRuns: 40 },
    );
  });

  it('has the version that anybody can compute: the hash of the canonical table without it', async () => {
    const { version, texts } = await artifactOf(ROWS);
    const { version: _, ...table } = JSON.parse(texts.table);
    expect((await sha256Hex(canonicalJson(table))).slice(0, 16)).toBe(version);
    const { version: same, sources, ...content } = JSON.parse(texts.statistics);
    expect(same).toBe(version);
    expect(sources).toEqual([]);
    expect(await sha256Hex(canonicalJson(content))).toBe(table.statistics_sha256);
  });

  it('has a version that depends on all but the sources', async () => {
    const { version, table, statistics } = await artifactOf(ROWS);
    const content: ArtifactContent = { ...table, ...statistics };
    const versionOf = async (change: Partial<ArtifactContent>) =>
      (await sealArtifact({ ...content, ...change })).version;
    const sources = [{ name: 'other.csv', sha256: 'a'.repeat(64), rows: 4 }];
    expect(await versionOf({ sources })).toBe(version);
    expect(await versionOf({ config: { ...content.config, default_amount: 1 } })).not.toBe(version);
    expect(await versionOf({ quality: { ...content.quality, rows_read: 3 } })).not.toBe(version);
    const countries = structuredClone(content.countries);
    const overall = countries.get('Peru')?.overall;
    if (overall) overall.q1 = 1;
    expect(await versionOf({ countries })).not.toBe(version);
  });

  it('has its statistics beside its table', () => {
    expect(statisticsPlace('out/current.json')).toBe('out/current.statistics.json');
    expect(statisticsPlace('table')).toBe('table.statistics.json');
  });
});
