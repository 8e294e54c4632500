import { describe, expect, it } from 'vitest';
import { servedBy } from '../../../build/evaluation/strategies.ts';
import shipped from '../../../config/voucher.json' with { type: 'json' };
import { parseConfig } from '../../../src/core/config/config.ts';
import { bundledApp } from '../../support/bundled-app.ts';
import { artifactOf, shippedConfig } from '../../support/histories.ts';

const CUSTOMER = { customer_id: 1, country_code: 'Peru', total_orders: 3, last_order_ts: '2026-01-01' };

describe('a request that names no segment', () => {
  it('is decided by default_segment of the config', async () => {
    const { ask } = await bundledApp();
    const without = await ask(CUSTOMER);
    const named = await ask({ ...CUSTOMER, segment_name: 'detailed_segment' });
    expect(without).toEqual(named);
    expect(without).toMatchObject({ status: 200, body: { segment_name: 'detailed_segment' } });
  });

  it('is refused where the config has none, with what to do', async () => {
    const { ask } = await bundledApp({ default_segment: undefined });
    expect(await ask(CUSTOMER)).toMatchObject({
      status: 422,
      body: { code: 'missing_field', detail: expect.stringContaining('set default_segment') },
    });
  });

  it.each([[''], [' '], [7], [['detailed_segment']]])('is not one that names %j', async (segment_name) => {
    const { ask } = await bundledApp();
    expect(await ask({ ...CUSTOMER, segment_name })).toMatchObject({ status: 422 });
  });

  it('gives no customer of a known country the default, whatever is known of them', async () => {
    const { ask } = await bundledApp();
    for (const days of [0, 29, 60, 89, 92, 400, 3000]) {
      for (const total_orders of [0, 6, 500]) {
        const last_order_ts = new Date(Date.UTC(2026, 6, 1) - days * 86_400_000).toISOString();
        const as_of = '2026-07-01';
        const { body } = await ask({ ...CUSTOMER, total_orders, last_order_ts, as_of });
        expect(body).toMatchObject({ source: expect.not.stringMatching('default') });
      }
    }
  });
});

describe('default_segment', () => {
  it.each(['frequent_segment', 'combined_segment'])('may be an alias, or a combined segment: %s', (name) => {
    expect(parseConfig({ ...shipped, default_segment: name }).ok).toBe(true);
  });

  it('is the segment itself in an artifact and for evaluate, where the config has an alias of it', async () => {
    const config = shippedConfig({ default_segment: 'frequent_segment' });
    const { table } = await artifactOf([], config);
    expect(table.config.default_segment).toBe('frequency_segment');
    expect(servedBy(config)).toMatchObject({ segment: 'frequency_segment', statistic: 'mean' });
  });

  it('is refused when the config has no such segment', () => {
    expect(parseConfig({ ...shipped, default_segment: 'no_such' })).toMatchObject({
      ok: false,
      issues: [{ path: 'default_segment', message: expect.stringContaining('got "no_such"') }],
    });
  });
});
