import { featureOf } from '../segments/features.ts';
import { cellName, type Ladder, type Positions } from '../segments/ladder.ts';
import { NO_BAND } from '../segments/segments.ts';
import type { CompiledArtifact } from './compile.ts';
import { countryPosition, decisionAt, type Prepared, prepare, type Refusal, walk } from './decide.ts';
import type { DecisionSource } from './decision.ts';
import type { VoucherRequest } from './request.ts';
import type { Decision, Step } from './schema.ts';

type Explanation = { ok: true; decision: Decision; ladder: Step[] } | { ok: false; refusal: Refusal };

/**
 * Answers as decide does, by the same walk, and writes down each level that was asked and why it was left.
 *
 * @param nowSeconds used when the request has no as_of
 */
export function explain(
  compiled: CompiledArtifact,
  request: VoucherRequest,
  nowSeconds: number,
): Explanation {
  const prepared = prepare(compiled, request, nowSeconds);
  if (!prepared.ok) return prepared;
  const { answering, known } = prepared;
  const { ladder } = answering;
  const country = countryPosition(compiled, request.country_code);
  const shown = compiled.table.countries[country];
  const steps: Step[] = [];
  if (shown === undefined) steps.push(unknownCountry(request.country_code.trim()));
  else if (known.every((band) => band === NO_BAND)) steps.push(noBand(prepared));
  const place = walk(answering, country, known, (level, rows, amount) => {
    if (level.length === 0) return steps.push(stepOf('country', shown as string, rows, amount));
    const name = nameOf(
      ladder,
      known.map((band, part) => (level.includes(part) ? band : NO_BAND)),
    );
    steps.push(
      rows === 0 && ladder.isCombined ? leftOut(name, ladder) : stepOf('segment', name, rows, amount),
    );
  });
  const decision = decisionAt(compiled, answering, country, known, place);
  if (decision.source === 'default') steps.push(theDefault(decision.voucher_amount));
  return { ok: true, decision, ladder: steps };
}

function nameOf(ladder: Ladder, cell: Positions): string {
  const name = cellName(ladder, cell);
  return ladder.isCombined ? name : `${ladder.name} ${name}`;
}

function stepOf(source: DecisionSource, looked_up: string, rows: number, amount: number): Step {
  if (rows === 0) {
    return { source, looked_up, rows, outcome: 'no_rows', reason: `${looked_up}: the history has no rows` };
  }
  if (amount < 0) {
    const reason = `${looked_up}: none of its ${rows} rows has an amount`;
    return { source, looked_up, rows, outcome: 'no_amount', reason };
  }
  return { source, looked_up, rows, outcome: 'answered', reason: `${looked_up}: ${rows} rows` };
}

function leftOut(looked_up: string, { minSupport }: Ladder): Step {
  const reason = `${looked_up}: fewer than ${minSupport} rows with an amount, or the same rows as the next level`;
  return { source: 'segment', looked_up, rows: null, outcome: 'too_few_rows', reason };
}

function noBand({ answering: { ladder }, facts }: Prepared): Step {
  const values = ladder.features.map((feature) => {
    const value = featureOf(feature, facts);
    return `${feature} ${value < 0 ? 'unknown' : value}`;
  });
  const names = ladder.parts.map(({ name }) => name);
  const reason = `no band of ${names.join(', ')} has this customer: ${values.join(', ')}`;
  return { source: 'segment', looked_up: null, rows: null, outcome: 'no_band', reason };
}

function unknownCountry(country: string): Step {
  const reason = `the history has no rows of ${country}`;
  return { source: 'segment', looked_up: country, rows: 0, outcome: 'unknown_country', reason };
}

function theDefault(amount: number): Step {
  const reason = `no level answered: the default is ${amount}`;
  return { source: 'default', looked_up: null, rows: 0, outcome: 'answered', reason };
}
