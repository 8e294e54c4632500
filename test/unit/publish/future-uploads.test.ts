import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/core/config/config.ts';
import { MemoryIngestion } from '../../support/memory-ingestion.ts';

const HEADER = 'timestamp,country_code,last_order_ts,total_orders,voucher_amount';

/** @returns the last run of a deployment that was sent a file with rows of these days */
async function runOf(days: readonly string[]) {
  const parsed = parseConfig({
    segments: { s: { of: 'total_orders', bands: [{ name: 'all', min: 0 }] } },
    default_segment: 's',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const deployment = new MemoryIngestion(parsed.value);
  const lines = days.map((day) => `${day},Peru,2026-01-01,3,10`);
  await deployment.ask('PUT', '/uploads/orders.csv', `${[HEADER, ...lines].join('\n')}\n`);
  await deployment.settle();
  return (await deployment.sequencer.runs())[0];
}

it('a run names an upload with rows in the future, which make the history seem fresher than it is', async () => {
  expect(await runOf(['2026-06-01', '2056-06-22'])).toMatchObject({
    state: 'published',
    warnings: [
      'orders.csv has rows in the future, the last of 2056-06-22: the history seems fresher than it is',
    ],
  });
  expect(await runOf(['2026-06-01'])).toMatchObject({ state: 'published', warnings: [] });
});
