import { expect, it } from 'vitest';
import { storeOf } from '../../support/artifacts.ts';
import { moneyArtifact, moneySuite } from '../../support/money-suite.ts';
import { service } from '../../support/service.ts';

const artifact = await moneyArtifact();
const { send, lines } = await service(storeOf(artifact));

moneySuite('Node', (path, init = {}) => send(init.method ?? 'GET', path, init));

it('the log line of a decision has the currency of its country', () => {
  const ofCountry = (country: string) => lines.find((line) => line['voucher.country'] === country);
  expect(ofCountry('Latvia')).toMatchObject({ 'voucher.amount': 123.5, 'voucher.currency': 'EUR' });
  expect(ofCountry('China')).not.toHaveProperty('voucher.currency');
});
