import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { decide } from '../../../src/core/decide/decide.ts';
import { allAnswers } from '../../support/all-answers.ts';
import { artifactOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';
import { NOW, requestsFor } from '../../support/requests.ts';

describe('all answers', () => {
  it('have every answer that a request gets, each once', async () => {
    const { segments, combined } = shippedConfig();
    const names = [...Object.keys(segments), ...Object.keys(combined)];
    const countries = { chile: { default_amount: 7 } };
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.array(requestsFor(...names), { minLength: 20 }),
        fc.constantFrom([], ['country']),
        async (rows, requests, fallback) => {
          const config = shippedConfig({ fallback, countries });
          const compiled = compileArtifact((await artifactOf(rows, config)).table);
          const answers = [...allAnswers(compiled)];
          const texts = answers.map((answer) => JSON.stringify(answer));
          expect(new Set(texts).size).toBe(texts.length);
          const known = new Set(answers.map(({ decision }) => JSON.stringify(decision)));
          for (const request of requests) {
            const outcome = decide(compiled, request, NOW);
            if (outcome.ok) expect(known).toContain(JSON.stringify(outcome.decision));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('name the countries of the history, those of the config, and null for all others', async () => {
    const config = shippedConfig({
      countries: { Chile: { default_amount: 7 }, PERU: { default_amount: 3 } },
    });
    const row = rawRow(['2018-07-21', 'Peru', '2018-06-20', '', '15', '10']);
    const compiled = compileArtifact((await artifactOf([row], config)).table);
    const answers = [...allAnswers(compiled)].filter(
      ({ decision }) => decision.segment_name === 'volume_segment',
    );
    const told = answers.map(({ country, decision: { segment, source, voucher_amount } }) =>
      [country, segment, source, voucher_amount].join(' '),
    );
    expect(told).toEqual(
      [
        'Peru  default 3',
        'Peru 0-8 default 3',
        'Peru 9-37 segment 10',
        'Peru 38+ default 3',
        'Chile  default 7',
        'Chile 0-8 default 7',
        'Chile 9-37 default 7',
        'Chile 38+ default 7',
        ' 0-8 default 0',
        '  default 0',
        ' 9-37 default 0',
        ' 38+ default 0',
      ].toSorted((a, b) => told.indexOf(a) - told.indexOf(b)),
    );
  });
});
