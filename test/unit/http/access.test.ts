import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { accessGuard } from '../../../src/http/access.ts';
import { AUD, accessSuite, claimsFor } from '../../support/access-suite.ts';
import { startTeam } from '../../support/access-team.ts';
import { service } from '../../support/service.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const team = await startTeam();
afterAll(() => team.stop());
beforeEach(() => {
  team.manner('well');
  team.publishTwo(false);
});

accessSuite('Node', () => team.origin);

const START = Date.UTC(2026, 10, 28, 12);
const MINUTE = 60_000;

/** A guard on a clock that the test moves. */
function guarded() {
  let now = START;
  const access = accessGuard({ ACCESS_TEAM_DOMAIN: team.origin, ACCESS_AUD: AUD }, { now: () => now });
  if (access === undefined) throw new Error('there is a guard');
  const before = team.fetches();
  return {
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    fetches: () => team.fetches() - before,
    ask: async (by: 'one' | 'two' | 'stranger' = 'one') => {
      const token = await team.sign({ claims: claimsFor(team.origin, now / 1000), by });
      const request = new Request('http://localhost/', { headers: { 'cf-access-jwt-assertion': token } });
      return await access(request).catch((problem: { code: string }) => problem.code);
    },
  };
}

describe('the keys of a team', () => {
  it('are fetched once, and again after an hour', async () => {
    const { ask, pass, fetches } = guarded();
    for (let request = 0; request < 5; request++) expect(await ask()).toBe('ana@example.com');
    expect(fetches()).toBe(1);
    pass(61 * MINUTE);
    expect(await ask()).toBe('ana@example.com');
    expect(fetches()).toBe(2);
  });

  it('are fetched anew for a key that is new, once a minute at most', async () => {
    const { ask, pass, fetches } = guarded();
    await ask();
    for (let request = 0; request < 20; request++) expect(await ask('stranger')).toBe('unauthorized');
    expect(fetches()).toBe(1);
    team.publishTwo(true);
    pass(MINUTE);
    expect(await ask('two')).toBe('ana@example.com');
    expect(fetches()).toBe(2);
  });

  it.each(['down', 'redirecting', 'nonsense'] as const)(
    'stay good for a day where the team is %s, and no longer',
    async (manner) => {
      const { ask, pass } = guarded();
      expect(await ask()).toBe('ana@example.com');
      team.manner(manner);
      pass(23 * 60 * MINUTE);
      expect(await ask()).toBe('ana@example.com');
      pass(61 * MINUTE);
      expect(await ask()).toBe('storage_unavailable');
      team.manner('well');
      pass(MINUTE);
      expect(await ask()).toBe('ana@example.com');
    },
  );

  it('that hang are given up, and never let anybody in', async () => {
    const { ask, pass } = guarded();
    team.manner('hanging');
    // Where memory is freed in the meantime as well.
    const collecting = setInterval(collectGarbage, 500);
    expect(await ask()).toBe('storage_unavailable');
    clearInterval(collecting);
    team.manner('well');
    pass(6_000);
    expect(await ask()).toBe('ana@example.com');
  });

  it('serve requests that come at once', async () => {
    const { ask } = guarded();
    const all = await Promise.all(Array.from({ length: 8 }, () => ask()));
    expect(new Set(all)).toEqual(new Set(['ana@example.com']));
  });
});

describe('the settings of Access', () => {
  it.each([
    { ACCESS_TEAM_DOMAIN: 'example.cloudflareaccess.com' },
    { ACCESS_AUD: AUD },
    { ACCESS_TEAM_DOMAIN: 'http://example.cloudflareaccess.com', ACCESS_AUD: AUD },
    { ACCESS_TEAM_DOMAIN: 'example.cloudflareaccess.com/path', ACCESS_AUD: AUD },
    { ACCESS_TEAM_DOMAIN: 'a b', ACCESS_AUD: AUD },
  ])('%o keep the service from starting', (variables) => {
    expect(() => accessGuard(variables, { now: Date.now })).toThrow(/^ACCESS_TEAM_DOMAIN/);
  });

  it('are not set as shipped', () => {
    expect(accessGuard({ ACCESS_TEAM_DOMAIN: ' ', ACCESS_AUD: '' }, { now: Date.now })).toBeUndefined();
  });

  it('leave tokens of one deployment as they are: a wrong one is not saved by Access', async () => {
    const access = accessGuard({ ACCESS_TEAM_DOMAIN: team.origin, ACCESS_AUD: AUD }, { now: () => START });
    const { send } = await service(undefined, { access, adminToken: 'token' });
    const assertion = await team.sign({ claims: claimsFor(team.origin, START / 1000) });
    const ask = async (authorization: string) =>
      (await send('GET', '/versions', { headers: { authorization, 'cf-access-jwt-assertion': assertion } }))
        .status;
    expect(await ask('Bearer wrong')).toBe(401);
    // There are no versions here.
    expect(await ask('Bearer token')).toBe(501);
  });
});
