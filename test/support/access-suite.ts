import { describe, expect, it } from 'vitest';
import { publish } from '../../src/core/publish/publish.ts';
import { accessGuard } from '../../src/http/access.ts';
import type { Wanted } from './access-team.ts';
import { artifactGiving, storeOf } from './artifacts.ts';
import { memoryKv } from './memory-kv.ts';
import { service } from './service.ts';

export const AUD = '4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2';
const NOW = Date.UTC(2026, 10, 28, 12);
const seconds = NOW / 1000;

/** Claims as Access has them for a person. @param origin of the team */
export const claimsFor = (origin: string, now = seconds) => ({
  aud: [AUD],
  email: 'ana@example.com',
  exp: now + 3600,
  iat: now - 60,
  nbf: now - 60,
  iss: origin,
  type: 'app',
  sub: '7335d417-61da-459d-899c-0a01c76a2f94',
});

/** Holds what Access lets in, in one runtime. @param origin of a team; see startTeam */
export function accessSuite(runtime: string, origin: () => string): void {
  async function deployment() {
    const kv = memoryKv();
    const artifact = await artifactGiving(10);
    await publish(kv, artifact, { by: 'x', now: 0 });
    const access = accessGuard(
      { ACCESS_TEAM_DOMAIN: origin(), ACCESS_AUD: `other, ${AUD}` },
      { now: () => NOW },
    );
    const { send } = await service(storeOf(artifact), { kv, access });
    return async (wanted: Wanted | string | null, more: Record<string, string> = {}) => {
      const token = typeof wanted === 'string' || wanted === null ? wanted : await sign(wanted);
      const headers: Record<string, string> = token === null ? {} : { 'cf-access-jwt-assertion': token };
      const response = await send('POST', '/hold', { headers: { ...headers, ...more }, json: {} });
      const body = await response.json();
      return { status: response.status, by: body.pointer?.hold?.by, detail: body.detail, code: body.code };
    };
  }
  const sign = async (wanted: Wanted) =>
    await (await fetch(`${origin()}/sign`, { method: 'POST', body: JSON.stringify(wanted) })).text();
  const claims = () => claimsFor(origin());

  describe(`Cloudflare Access, checked by ${runtime},`, () => {
    it('has the history name a person by e-mail address, and a service token by its common name', async () => {
      const hold = await deployment();
      expect(await hold({ claims: claims() })).toMatchObject({ status: 200, by: 'ana@example.com' });
      const { email: _, sub: __, ...rest } = claims();
      const service = { ...rest, sub: '', common_name: 'nightly.access' };
      expect(await hold({ claims: service })).toMatchObject({ status: 200, by: 'nightly.access' });
    });

    it('takes the token from the cookie as well', async () => {
      const hold = await deployment();
      const cookie = `a=b; CF_Authorization=${await sign({ claims: claims() })}; c=d`;
      expect(await hold(null, { cookie })).toMatchObject({ status: 200, by: 'ana@example.com' });
    });

    it.each<[string, (claims: ReturnType<typeof claimsFor>) => Wanted]>([
      ['that has expired', (it) => ({ claims: { ...it, exp: seconds - 10 } })],
      ['that never expires', ({ exp: _, ...it }) => ({ claims: it })],
      ['that is not valid yet', (it) => ({ claims: { ...it, nbf: seconds + 60 } })],
      ['for another application', (it) => ({ claims: { ...it, aud: ['0'.repeat(64)] } })],
      ['for no application', ({ aud: _, ...it }) => ({ claims: it })],
      ['of another team', (it) => ({ claims: { ...it, iss: 'https://other.cloudflareaccess.com' } })],
      ['without a signature', (it) => ({ claims: it, by: 'none' })],
      ['signed with the public key as a secret', (it) => ({ claims: it, by: 'hmac' })],
      ['signed by a stranger under a known name', (it) => ({ claims: it, by: 'stranger', kid: 'one' })],
      ['signed by a key that is not known', (it) => ({ claims: it, by: 'stranger' })],
      [
        'that has to be understood in a way that it is not',
        (it) => ({ claims: it, header: { crit: ['later'], later: 1 } }),
      ],
      ['without a name', ({ email: _, ...it }) => ({ claims: it })],
      ['whose name has a line break', (it) => ({ claims: { ...it, email: 'ana\nbo' } })],
      ['whose name is no text', (it) => ({ claims: { ...it, email: ['ana'] } })],
    ])('refuses a token %s', async (_, wanted) => {
      const hold = await deployment();
      expect(await hold(wanted(claims()))).toMatchObject({ status: 401, code: 'unauthorized' });
    });

    it.each(['', 'nonsense', 'a.b.c', `${'x'.repeat(20_000)}.y.z`])(
      'refuses %.20s as a token',
      async (token) => {
        expect(await (await deployment())(token)).toMatchObject({ status: 401 });
      },
    );

    it('refuses a token whose content was changed', async () => {
      const [head, , signed] = (await sign({ claims: claims() })).split('.');
      const content = btoa(JSON.stringify({ ...claims(), email: 'eve@example.com' })).replaceAll('=', '');
      expect(await (await deployment())(`${head}.${content}.${signed}`)).toMatchObject({ status: 401 });
    });

    it('refuses a token with more parts than one has', async () => {
      const token = await sign({ claims: claims() });
      expect(await (await deployment())(token)).toMatchObject({ status: 200 });
      expect(await (await deployment())(`${token}.${token}`)).toMatchObject({ status: 401 });
    });

    it('says that a token has expired, and asks for one when it is missing', async () => {
      const hold = await deployment();
      const old = await hold({ claims: { ...claims(), exp: seconds - 10 } });
      expect(old.detail).toBe('The token of Cloudflare Access has expired: sign in again.');
      expect((await hold(null)).detail).toMatch(
        /^expected a token of Cloudflare Access, or Authorization: Bearer/,
      );
    });

    it('refuses what a page of another origin has a browser send', async () => {
      const hold = await deployment();
      const wanted = { claims: claims() };
      for (const site of ['cross-site', 'same-site', 'nonsense']) {
        expect(await hold(wanted, { 'sec-fetch-site': site })).toMatchObject({ status: 401 });
      }
      expect(await hold(wanted, { origin: 'https://evil.example' })).toMatchObject({ status: 401 });
      expect(await hold(wanted, { origin: 'null' })).toMatchObject({ status: 401 });
      expect(await hold(wanted, { 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 200 });
    });
  });
}
