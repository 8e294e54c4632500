import { describe, expect, it } from 'vitest';
import type { ArtifactDescription } from '../../../src/api/artifact.ts';
import type { DecisionTable } from '../../../src/api/segments.ts';
import { CampaignTally } from '../../../src/console/views/campaign-tally.ts';
import { gridOf } from '../../../src/console/views/grid.ts';
import { whatIf } from '../../../src/console/views/what-if-answers.ts';
import { DEFAULT_GUARDS } from '../../../src/core/config/defaults.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { allAnswers } from '../../support/all-answers.ts';
import { artifactGiving, storeOf } from '../../support/artifacts.ts';
import { moneyArtifact } from '../../support/money-suite.ts';
import { service } from '../../support/service.ts';

describe('the console', () => {
  it('adds up a campaign by currency, and a country without one alone', () => {
    const tally = new CampaignTally(['Peru', 'Latvia', 'China']);
    const decision = {
      segment_name: 'recency_segment',
      segment: '30-60',
      source: 'segment' as const,
      sample_size: 1,
      artifact_version: '0123456789abcdef',
    };
    const answers: [string, number, string?][] = [
      ['Peru', 5, 'PEN'],
      ['Latvia', 2, 'EUR'],
      ['France', 3, 'EUR'],
      ['China', 7],
      ['china', 7],
      ['Chile', 1],
    ];
    for (const [country, voucher_amount, currency] of answers) {
      tally.add(country, 2, { voucher_amount, ...(currency && { currency }), ...decision });
    }
    expect(tally.totals).toEqual([
      { currency: 'EUR', country: null, countries: 2, customers: 2, spend: 5 },
      { currency: 'PEN', country: null, countries: 1, customers: 1, spend: 5 },
      { currency: null, country: 'Chile', countries: 1, customers: 1, spend: 1 },
      { currency: null, country: 'China', countries: 1, customers: 2, spend: 14 },
    ]);
  });

  it('serves with another rounding and currency in What if what a build with that config serves', async () => {
    const { send } = await service(storeOf(await moneyArtifact()));
    const read = async <T>(path: string): Promise<T> => (await send('GET', path)).json() as Promise<T>;
    const artifact = await read<ArtifactDescription>('/artifact');
    const cells = await read<DecisionTable>('/artifact/segments');
    const countries = {
      Peru: { currency: 'PEN', round_to: 'nearest_given_amount' as const },
      Latvia: { currency: 'EUR', round_to: 25 },
    };
    const config = { ...artifact.config, countries, amount: { ...artifact.config.amount, round_to: 10 } };
    const { comparison, segment } = whatIf(artifact, cells, config, DEFAULT_GUARDS);
    const built = compileArtifact(
      (
        await artifactGiving(123.4, {
          countries: ['Peru', 'Latvia', 'China'],
          config: { countries, amount: config.amount },
        })
      ).table,
    );
    const table = segment('recency_segment');
    const grid = gridOf({ ...artifact, config }, table, 'recency_segment');
    for (const { country, decision } of allAnswers(built)) {
      if (country === null || decision.segment === null || decision.segment_name !== grid.segment) continue;
      const row = grid.rows.find((one) => one.country === country);
      const cell = row?.cells[grid.bands.indexOf(decision.segment)];
      expect([cell?.voucher_amount, row?.currency]).toEqual([decision.voucher_amount, decision.currency]);
    }
    const spend = comparison.segments.find((one) => one.segment === 'recency_segment')?.spend;
    expect(spend).toEqual([
      { currency: 'EUR', country: null, countries: 1, before: 123.5, after: 125 },
      { currency: 'PEN', country: null, countries: 1, before: 100, after: 123.4 },
      { currency: null, country: 'China', countries: 1, before: 123.4, after: 120 },
    ]);
  });
});
