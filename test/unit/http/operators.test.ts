import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { executeGroup } from '../../../build/cli/group.ts';
import { artifactCommands } from '../../../build/commands/artifact.ts';
import { tools } from '../../../build/kv/tools.ts';
import { createApp } from '../../../src/app.ts';
import { publish } from '../../../src/core/publish/publish.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { bundledStore } from '../../../src/store/bundled.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { memoryKv } from '../../support/memory-kv.ts';
import { keptTerminal } from '../support/terminal.ts';

const entry = (name: string, token: string) => `${name}:${createHash('sha256').update(token).digest('hex')}`;

function appWith(adminTokens: string, adminToken?: string) {
  const kv = memoryKv();
  const app = createApp({
    store: bundledStore(null),
    clock: systemClock,
    log: () => {},
    kv,
    adminToken,
    adminTokens,
  });
  const hold = (token: string) =>
    app.request('http://localhost/hold', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
  return { kv, hold };
}

describe('ADMIN_TOKENS', () => {
  it('has the history name the operator, also with a new token beside the old one', async () => {
    const tokens = [entry('ana', 'old'), entry('ana', 'new'), entry('bo', 'other')].join(', ');
    const { kv, hold } = appWith(tokens, 'shared');
    await publish(kv, await artifactGiving(10), { by: 'x', now: 0 });
    for (const [token, by] of Object.entries({ old: 'ana', new: 'ana', other: 'bo', shared: 'admin' })) {
      expect(await (await hold(token)).json()).toMatchObject({ pointer: { hold: { by } } });
    }
    expect((await hold('none')).status).toBe(401);
  });

  it.each(['ana', 'ana:xyz', `:${'0'.repeat(64)}`, `ana:${'0'.repeat(63)}`, `a b:${'0'.repeat(64)}`])(
    'is refused when the service starts, without repeating a secret: %s',
    (tokens) => {
      expect(() => appWith(tokens)).toThrow('ADMIN_TOKENS: entry 1 is not NAME:SHA256');
      expect(() => appWith(tokens)).not.toThrow(tokens);
    },
  );

  it('closes the admin routes when it is empty and there is no ADMIN_TOKEN', async () => {
    expect((await appWith(' , ').hold('x')).status).toBe(403);
  });

  it('takes what the command makes', async () => {
    const terminal = keptTerminal();
    const group = artifactCommands(tools(() => Promise.reject(new Error('no namespace is needed'))));
    expect(await executeGroup(group, ['token', 'ana', '--json'], terminal)).toBe(0);
    const made = JSON.parse(terminal.text.out) as { token: string; entry: string };
    const { kv, hold } = appWith(made.entry);
    await publish(kv, await artifactGiving(10), { by: 'x', now: 0 });
    expect(await (await hold(made.token)).json()).toMatchObject({ pointer: { by: 'ana' } });
    expect(made.entry).not.toContain(made.token);
    const shown = keptTerminal();
    expect(await executeGroup(group, ['token', 'ana'], shown)).toBe(0);
    expect(shown.text.out).toMatch(
      /wrangler secret put ADMIN_TOKENS\. On a server of your own .* environment\.$/m,
    );
  });
});
