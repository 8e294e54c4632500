import { exports } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { directRequest, FIRST_REQUEST, goldenApp } from '../../support/golden.ts';
import { goldenSuite } from '../../support/golden-suite.ts';

const app = await goldenApp();

goldenSuite('workerd', async (golden) => app.fetch(directRequest(golden)));

it("answers the first system's own request from the bundled artifact, and logs it", async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const response = await exports.default.fetch('http://localhost/voucher', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(FIRST_REQUEST),
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ voucher_amount: expect.any(Number), segment: '181+' });
  expect(log.mock.calls.map(([line]) => JSON.parse(line))).toMatchObject([{ 'http.route': '/voucher' }]);
});
