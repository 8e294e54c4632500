import { afterAll, expect, it } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import { AUD, claimsFor } from '../support/access-suite.ts';
import { startTeam } from '../support/access-team.ts';
import { startHooks } from '../support/hooks.ts';
import { serve } from './support/site.ts';

const [team, hooks] = [await startTeam(), await startHooks()];
afterAll(async () => {
  await team.stop();
  await hooks.stop();
});

it.each(['/ok', '/hang'])(
  'the Worker as it is deployed lets in who has passed Access, and tells the webhook at %s of what they do',
  async (path) => {
    const server = await serve({
      WEBHOOK_URL: `${hooks.origin}${path}`,
      ACCESS_TEAM_DOMAIN: team.origin,
      ACCESS_AUD: AUD,
    });
    try {
      const assertion = await team.sign({ claims: claimsFor(team.origin, Math.floor(Date.now() / 1000)) });
      const move = async (route: string) => {
        const response = await fetch(`${server.origin}${route}`, {
          method: 'POST',
          headers: { 'cf-access-jwt-assertion': assertion, 'content-type': 'application/json' },
          body: '{"reason":"a campaign"}',
        });
        return { status: response.status, body: await response.json() };
      };
      // Nothing was published: what came with the deployment is held.
      expect(await move('/hold')).toMatchObject({
        status: 200,
        body: {
          pointer: { version: bundled.version, hold: { by: 'ana@example.com', reason: 'a campaign' } },
        },
      });
      expect(await move('/release')).toMatchObject({ status: 200 });
      const told = () => hooks.told.filter((one) => one.path === path).map(({ body }) => JSON.parse(body));
      await expect.poll(() => told().length).toBeGreaterThanOrEqual(2);
      expect(told().slice(0, 2)).toMatchObject([
        { event: 'held', version: bundled.version, by: 'ana@example.com', reason: 'a campaign' },
        { event: 'released', version: bundled.version },
      ]);
    } finally {
      await server.stop();
    }
  },
);
