import type { ArtifactStatistics } from '../artifact/statistics.ts';
import { moneyOf } from '../config/country-money.ts';
import { entry } from '../entry.ts';
import type { Statistic } from '../estimate/schema.ts';
import { allPositions } from '../segments/ladder.ts';
import { type Answering, type CompiledArtifact, countriesOf, segmentsOf } from './compile.ts';
import { answerFor } from './decide.ts';
import type { Decision } from './schema.ts';

/** What a customer of one country in one band is given, and what the history says of that cell. */
type TableCell = Partial<Statistic> & Pick<Decision, 'voucher_amount' | 'source' | 'sample_size'>;

/**
 * The whole decision table: every answer that names a band or a combination, found by the walk that gives it, with the
 * statistics of the cell. A band without history has what it falls back to, and no statistics. Of a combined segment it
 * has the combinations that decide for some customer.
 *
 * @param wanted the segments to show; all, when it is missing
 * @param trends whether cells have their trends as well: a trend is as large as all the rest of a cell
 */
export function decisionTable(
  compiled: CompiledArtifact,
  statistics: ArtifactStatistics,
  wanted?: readonly Answering[],
  trends = false,
) {
  const { head, names, countryOf } = tableParts(compiled, statistics, wanted, trends);
  // So that a name such as `__proto__` is an ordinary name.
  return { ...head, countries: Object.fromEntries(names.map((name, at) => [name, countryOf(name, at)])) };
}

/** The same in parts, each country when it is asked for: the whole takes a tenth of a second where there are many. */
export function tableParts(
  compiled: CompiledArtifact,
  statistics: ArtifactStatistics,
  wanted: readonly Answering[] = segmentsOf(compiled),
  trends = false,
) {
  const { table, defaults, currencies } = compiled;
  const money = moneyOf(table.config);
  const { amount, fallback, default_amount } = table.config;
  const everywhere = wanted.map(({ ladder }) => [...allPositions(ladder)]);
  const describe = ({ trend, ...rest }: Statistic) => (trends && trend ? { ...rest, trend } : rest);
  const head = {
    version: table.version,
    statistic: amount.statistic,
    round_to: amount.round_to,
    fallback,
    default_amount,
    ...(trends && { trend: statistics.trend ?? null }),
    segments: Object.fromEntries(wanted.map(({ ladder }) => [ladder.name, ladder.config])),
  };
  const countryOf = (country: string, position: number) => {
    const own = statistics.countries.get(country);
    const segments = wanted.map((answering, index) => {
      const cells = new Map<string, TableCell>();
      const ofCells = own?.segments[answering.ladder.name] ?? {};
      for (const known of everywhere[index] as (typeof everywhere)[number]) {
        const decision = answerFor(compiled, answering, country, known);
        const { segment, voucher_amount, source, sample_size } = decision;
        if (segment === null || cells.has(segment)) continue;
        const statistic = Object.hasOwn(ofCells, segment) ? ofCells[segment] : undefined;
        cells.set(segment, { voucher_amount, source, sample_size, ...(statistic && describe(statistic)) });
      }
      return [answering.ladder.name, Object.fromEntries(cells)] as const;
    });
    return {
      default_amount: entry(defaults, position),
      currency: currencies[position] as string | null,
      round_to: money(country).rounding,
      overall: own ? describe(own.overall) : null,
      segments: Object.fromEntries(segments),
    };
  };
  return { head, names: countriesOf(compiled), countryOf };
}
