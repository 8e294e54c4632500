import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { artifactGiving, REQUEST } from './artifacts.ts';

/** An artifact of three countries that each were given 123.4: two have a currency and a rounding of their own. */
export function moneyArtifact(): Promise<Artifact> {
  return artifactGiving(123.4, {
    countries: ['Peru', 'Latvia', 'China'],
    config: {
      countries: {
        Peru: { currency: 'PEN', round_to: 50 },
        latvia: { currency: 'EUR', round_to: 0.5, default_amount: 7.3 },
      },
    },
  });
}

/** What each country is given; the history knows nothing of Chile. */
const GIVEN: [country: string, amount: number, currency: string | undefined][] = [
  ['Peru', 100, 'PEN'],
  ['PERU', 100, 'PEN'],
  ['Latvia', 123.5, 'EUR'],
  ['China', 123.4, undefined],
  ['Chile', 0, undefined],
];

const of = (country_code: string) => ({ ...REQUEST, country_code });

/** Asks a service of {@link moneyArtifact} for money on one runtime. */
export function moneySuite(
  runtime: string,
  send: (path: string, init?: RequestInit) => Promise<Response>,
): void {
  const post = (path: string, body: string, type = 'application/json') =>
    send(path, { method: 'POST', headers: { 'content-type': type }, body });

  describe(`amounts have a currency on ${runtime}`, () => {
    it.each(GIVEN)('POST /voucher for %s gives %s %s', async (country, voucher_amount, currency) => {
      const answer = await (await post('/voucher', JSON.stringify(of(country)))).json();
      expect(answer).toMatchObject({ voucher_amount, ...(currency && { currency }) });
      expect('currency' in answer).toBe(currency !== undefined);
    });

    it('POST /vouchers gives each answer its own, as JSON and as NDJSON', async () => {
      const requests = GIVEN.map(([country]) => JSON.stringify(of(country)));
      const expected = GIVEN.map(([, amount, currency]) => [amount, currency]);
      const json = await (await post('/vouchers', `[${requests}]`)).json();
      const lines = await (await post('/vouchers', requests.join('\n'), 'application/x-ndjson')).text();
      const ndjson = lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      for (const answers of [json, ndjson]) {
        expect(answers.map((one: Record<string, unknown>) => [one.voucher_amount, one.currency])).toEqual(
          expected,
        );
      }
    });

    it('OFREP has it in the metadata of a flag', async () => {
      const metadata = async (country_code: string) => {
        const { customer_id, segment_name, ...context } = of(country_code);
        const body = JSON.stringify({ context: { ...context, targetingKey: String(customer_id) } });
        return (await (await post(`/ofrep/v1/evaluate/flags/${segment_name}`, body)).json()).metadata;
      };
      expect(await metadata('Latvia')).toMatchObject({ currency: 'EUR' });
      expect(await metadata('China')).not.toHaveProperty('currency');
    });

    it('GET /artifact/segments says the currency, the rounding and the default of each country', async () => {
      const { countries, round_to } = await (await send('/artifact/segments')).json();
      expect(round_to).toBe(0.01);
      expect(countries).toMatchObject({
        Peru: { currency: 'PEN', round_to: 50, default_amount: 0 },
        Latvia: { currency: 'EUR', round_to: 0.5, default_amount: 7.5 },
        China: { currency: null, round_to: 0.01, default_amount: 0 },
      });
      expect(countries.Peru.segments.recency_segment['30-60']).toMatchObject({
        voucher_amount: 100,
        mean: 123.4,
      });
    });
  });
}
