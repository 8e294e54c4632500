import bundled from '../../../artifacts/current.json' with { type: 'json' };
import { type Artifact, parseArtifact, sealArtifact } from '../../../src/core/artifact/artifact.ts';
import type { KeyValue } from '../../../src/core/publish/key-value.ts';
import { publish } from '../../../src/core/publish/publish.ts';

/** @returns the bundled artifact with some keys of its config changed, so that it has another version and answers */
export async function variant(config: Partial<Artifact['config']>): Promise<Artifact> {
  const parsed = parseArtifact(bundled);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return (await sealArtifact({ ...parsed.value, config: { ...parsed.value.config, ...config } })).artifact;
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
