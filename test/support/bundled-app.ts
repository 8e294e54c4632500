import { readArtifactFiles } from '../../build/files/artifact-files.ts';
import { createApp } from '../../src/app.ts';
import type { DecidingConfig } from '../../src/core/config/deciding.ts';
import { compileArtifact } from '../../src/core/decide/compile.ts';
import { systemClock } from '../../src/platform/clock.ts';

/** @returns a service that answers from the bundled artifact. @param change what its config has instead */
export async function bundledApp(
  change: { [K in keyof DecidingConfig]?: DecidingConfig[K] | undefined } = {},
) {
  const { table, statistics } = await readArtifactFiles('artifacts/current.json');
  const config = { ...table.config, ...change } as DecidingConfig;
  const compiled = compileArtifact({ ...table, config });
  const app = createApp({
    store: {
      current: () => ({ ok: true, compiled, origin: 'test' }),
      statistics: async () => ({ ok: true, statistics }),
    },
    clock: systemClock,
    log: () => {},
  });
  return {
    async ask(body: unknown) {
      const response = await app.request('http://localhost/voucher', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as unknown };
    },
  };
}
