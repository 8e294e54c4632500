import { CURRENT_ARTIFACT, readArtifactFiles } from '../../../build/files/artifact-files.ts';
import { type Artifact, sealArtifact } from '../../../src/core/artifact/artifact.ts';
import type { KeyValue } from '../../../src/core/publish/key-value.ts';
import { publish } from '../../../src/core/publish/publish.ts';

/** @returns the bundled artifact with some keys of its config changed, so that it has another version and answers */
export async function variant(config: Partial<Artifact['table']['config']>): Promise<Artifact> {
  const { table, statistics } = await readArtifactFiles(CURRENT_ARTIFACT);
  return await sealArtifact({ ...table, ...statistics, config: { ...table.config, ...config } });
}

/** Publishes three versions, a day between them. @returns them, the last of which is live */
export async function publishThree(kv: KeyValue): Promise<Artifact[]> {
  const day = 24 * 60 * 60 * 1000;
  const start = Date.UTC(2026, 6, 6, 9, 30);
  const artifacts = [
    await variant({ amount: { statistic: 'median', round_to: 1 } }),
    await variant({ amount: { statistic: 'mode', round_to: 1 } }),
    await variant({}),
  ];
  for (const [index, artifact] of artifacts.entries()) {
    await publish(kv, artifact, {
      by: index === 1 ? 'run uploads-7' : 'Ada Lovelace',
      now: start + index * day,
    });
  }
  return artifacts;
}
