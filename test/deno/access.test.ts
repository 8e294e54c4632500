import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AUD, claimsFor } from '../support/access-suite.ts';
import { startTeam } from '../support/access-team.ts';
import { Ended, startService } from './support.ts';

const DATA = await mkdtemp(join(tmpdir(), 'voucher-edge-access-'));
const team = await startTeam();
afterAll(async () => {
  await team.stop();
  await rm(DATA, { recursive: true });
});

const start = (env: Record<string, string>) =>
  startService({ permissions: [`--allow-write=${DATA}`], env: { DATA, ...env } });

it('a server of its own lets in who has passed Cloudflare Access, and no one else', async () => {
  const server = await start({ ACCESS_TEAM_DOMAIN: team.origin, ACCESS_AUD: AUD });
  try {
    const ask = async (assertion: string) =>
      (await fetch(`${server.origin}/versions`, { headers: { 'cf-access-jwt-assertion': assertion } }))
        .status;
    const claims = claimsFor(team.origin, Math.floor(Date.now() / 1000));
    expect(await ask(await team.sign({ claims }))).toBe(200);
    expect(await ask(await team.sign({ claims: { ...claims, aud: 'other' } }))).toBe(401);
    expect(await ask(await team.sign({ claims, by: 'none' }))).toBe(401);
    expect((await fetch(`${server.origin}/versions`)).status).toBe(401);
    expect(server.output().out).not.toContain('ana@example.com');
  } finally {
    await server.stop();
  }
});

it('a server of its own does not start with half of the settings of Access', async () => {
  const error: Ended = await start({ ACCESS_AUD: AUD }).then(
    () => expect.fail('expected it not to start'),
    (ended: Ended) => ended,
  );
  expect(error).toBeInstanceOf(Ended);
  expect([error.code, error.err]).toEqual([2, expect.stringContaining('expected both, got one of them')]);
});
