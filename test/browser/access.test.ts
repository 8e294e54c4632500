import { afterAll, describe, expect, it } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import { AUD, claimsFor } from '../support/access-suite.ts';
import { startTeam } from '../support/access-team.ts';
import { CHROMIUM } from './support/browser.ts';
import { SKIPPED, signIn, site } from './support/site.ts';

const team = await startTeam();
afterAll(() => team.stop());

describe.skipIf(CHROMIUM === null)(`the console behind Cloudflare Access${SKIPPED}`, () => {
  const deployment = site({ ACCESS_TEAM_DOMAIN: team.origin, ACCESS_AUD: AUD });

  it('opens Versions without a token', async () => {
    const claims = claimsFor(team.origin, Math.floor(Date.now() / 1000));
    const assertion = await team.sign({ claims });
    const { page, errors, close } = await deployment.visit('/#/versions', {
      before: (opened) => opened.setExtraHTTPHeaders({ 'cf-access-jwt-assertion': assertion }),
    });
    await signIn(page, '');
    await page.locator('code', { hasText: bundled.version }).first().waitFor();
    expect(errors).toEqual([]);
    await close();
  });
});
