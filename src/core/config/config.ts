import * as z from 'zod/mini';
import { type Checked, check } from '../issues.ts';
import { PERIODS } from '../period.ts';
import { foldCountry } from '../values.ts';
import { combinedConflicts } from './combined-conflicts.ts';
import { deployment } from './deployment.ts';

/** What a segment can band. Days are whole days before as_of; weekday is 1 (Monday) to 7, hour 0 to 23, of as_of. */
export const FEATURES = [
  'total_orders',
  'days_since_last_order',
  'days_since_first_order',
  'weekday',
  'hour',
] as const;
export type Feature = (typeof FEATURES)[number];

/** The columns of a history; `first_order_ts` is the one that a history may lack. */
export const FIELDS = [
  'timestamp',
  'country_code',
  'last_order_ts',
  'first_order_ts',
  'total_orders',
  'voucher_amount',
] as const;
export type Field = (typeof FIELDS)[number];

/** The largest edge of a band: bands are compiled to a table with an entry for each number up to here. */
export const LARGEST_EDGE = 100_000;

/** The most combinations of bands that a config may span; a cube's cell is addressed by one number. */
const MOST_COMBINATIONS = 1_000_000;

const Edge = z.int().check(z.gte(0), z.lte(LARGEST_EDGE));
const Amount = z.number().check(z.gte(0), z.lte(Number.MAX_SAFE_INTEGER));

const Band = z
  .strictObject({
    name: z.string().check(z.regex(/^(?!__proto__$)\S(?:.{0,62}\S)?$/u)),
    min: Edge,
    max: z.optional(Edge),
  })
  .check(z.describe('A closed range of whole numbers; without max it has no upper end.'));
export type Band = z.infer<typeof Band>;

const SegmentName = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,63}$/));

/** What can be served of a cell. A `shrunk_` one is pulled toward the coarser level where the cell's rows are few. */
export const STATISTICS = [
  'mean',
  'median',
  'mode',
  'mean_snapped',
  'shrunk_mean',
  'shrunk_median',
  'shrunk_mode',
] as const;
export type ServedStatistic = (typeof STATISTICS)[number];

const Aliases = z._default(z.array(SegmentName), []).check(z.describe('Other names that a request may use.'));
const OwnStatistic = z
  .optional(z.enum(STATISTICS))
  .check(z.describe('What this segment serves, where it is not amount.statistic.'));

const Segment = z.strictObject({
  of: z.enum(FEATURES).check(z.describe('The quantity that is banded.')),
  aliases: Aliases,
  statistic: OwnStatistic,
  bands: z
    .array(Band)
    .check(z.minLength(1), z.describe('In any order, with or without gaps, never overlapping.')),
});
export type Segment = z.infer<typeof Segment>;

const Combined = z.strictObject({
  combine: z
    .array(SegmentName)
    .check(
      z.minLength(1),
      z.maxLength(8),
      z.describe('The segments that are taken jointly. The last is given up first where rows are few.'),
    ),
  min_support: z
    ._default(z.int().check(z.gte(1)), 20)
    .check(z.describe('The rows with an amount of their own that a combination needs to decide.')),
  aliases: Aliases,
  statistic: OwnStatistic,
});
export type Combined = z.infer<typeof Combined>;

const columns = Object.fromEntries(
  FIELDS.map((field) => [field, z._default(z.string().check(z.minLength(1)), field)]),
) as Record<Field, z.ZodMiniDefault<z.ZodMiniString>>;

export const IMPUTATIONS = ['mean', 'knn', 'exclude'] as const;

/** What deciding needs; the artifact carries it. */
const deciding = {
  segments: z.record(SegmentName, Segment).check(z.describe('How customers are grouped, by name.')),
  combined: z
    ._default(z.record(SegmentName, Combined), {})
    .check(z.describe('Segments made of others taken jointly, by name; asked for like any other.')),
  imputation: z
    ._default(z.enum(IMPUTATIONS), 'mean')
    .check(
      z.describe(
        'What stands in for a missing voucher_amount: the mean of the country, that of the nearest cells (knn), or nothing.',
      ),
    ),
  amount: z._default(
    z.strictObject({
      statistic: z
        ._default(z.enum(STATISTICS), 'mean')
        .check(
          z.describe(
            'What is served; mean_snapped is the amount of the country nearest to the mean, the shrunk ones lean on the coarser level where rows are few.',
          ),
        ),
      round_to: z
        ._default(z.number().check(z.gte(0.000_001), z.lte(1_000_000)), 0.01)
        .check(z.describe('Amounts are rounded to a multiple of this when they are served.')),
    }),
    { statistic: 'mean', round_to: 0.01 },
  ),
  fallback: z
    ._default(z.array(z.enum(['country'])).check(z.maxLength(1)), [])
    .check(z.describe('The rungs between the segment and the default.')),
  default_amount: z._default(Amount, 0).check(z.describe('The answer where there are no statistics.')),
  countries: z
    ._default(z.record(z.string(), z.strictObject({ default_amount: Amount })), {})
    .check(z.describe('What a country decides for itself; matched without regard to case.')),
};

const DecidingConfig = z.strictObject(deciding).check((context) => {
  context.issues.push(
    ...conflicts(context.value).map(({ path, message }) => ({
      code: 'custom' as const,
      input: context.value,
      path,
      message,
    })),
  );
});

/** The config that an artifact carries. */
export const ArtifactConfigSchema: z.ZodMiniType<DecidingConfig> = DecidingConfig;
export type DecidingConfig = z.infer<typeof DecidingConfig>;

/** config/voucher.json. */
export const ConfigSchema = z
  .strictObject({
    $schema: z.optional(z.string()),
    $comment: z
      .optional(z.string())
      .check(z.describe('For people; evaluate --recommend gives its reason here.')),
    inputs: z
      ._default(z.array(z.string().check(z.minLength(1))), [])
      .check(z.describe('Files, folders and globs that a build reads when it is given no --input.')),
    columns: z
      ._default(
        z.strictObject(columns),
        Object.fromEntries(FIELDS.map((field) => [field, field])) as Record<Field, string>,
      )
      .check(z.describe('The name that each field has in the history.')),
    period: z._default(z.enum(PERIODS), 'month').check(z.describe('How finely time is kept for evaluation.')),
    ...deciding,
    ...deployment,
  })
  .check((context) => {
    for (const { path, message } of conflicts(context.value)) {
      context.issues.push({ code: 'custom', input: context.value, path, message });
    }
  });
export type Config = z.infer<typeof ConfigSchema>;

/** Checks the content of config/voucher.json. Every issue has its path, what was expected and what came. */
export function parseConfig(input: unknown): Checked<Config> {
  return check(ConfigSchema as z.ZodMiniType<Config>, input);
}

/** @returns the part of a config that the artifact carries */
export function decidingConfig(config: Config): DecidingConfig {
  const { segments, combined, imputation, amount, fallback, default_amount, countries } = config;
  return { segments, combined, imputation, amount, fallback, default_amount, countries };
}

export interface Conflict {
  path: (string | number)[];
  message: string;
}

/** The rules that reach over more than one key. */
function conflicts(config: Pick<DecidingConfig, 'segments' | 'combined' | 'countries'>): Conflict[] {
  return [
    ...nameConflicts(config.segments, config.combined),
    ...bandConflicts(config.segments),
    ...combinedConflicts(config),
    ...countryConflicts(config.countries),
  ];
}

function nameConflicts(segments: Record<string, Segment>, combined: Record<string, Combined>): Conflict[] {
  const found: Conflict[] = [];
  const taken = new Map(Object.keys(segments).map((name) => [name, `segments.${name}`]));
  if (taken.size === 0)
    found.push({ path: ['segments'], message: 'expected at least one segment, got none' });
  const take = (name: string, path: Conflict['path']) => {
    const holder = taken.get(name);
    if (holder)
      found.push({ path, message: `expected a name of its own, got "${name}", which ${holder} has` });
    else taken.set(name, path.join('.'));
  };
  for (const name of Object.keys(combined)) take(name, ['combined', name]);
  const entries: [kind: string, name: string, aliases: string[]][] = [
    ...Object.entries(segments).map(([name, { aliases }]): [string, string, string[]] => [
      'segments',
      name,
      aliases,
    ]),
    ...Object.entries(combined).map(([name, { aliases }]): [string, string, string[]] => [
      'combined',
      name,
      aliases,
    ]),
  ];
  for (const [kind, name, aliases] of entries) {
    aliases.forEach((alias, index) => {
      take(alias, [kind, name, 'aliases', index]);
    });
  }
  return found;
}

function bandConflicts(segments: Record<string, Segment>): Conflict[] {
  const found: Conflict[] = [];
  let combinations = 1;
  for (const [name, { bands }] of Object.entries(segments)) {
    const path = ['segments', name, 'bands'];
    combinations *= bands.length + 1;
    const sorted = bands.map((band, index) => ({ band, index })).sort((a, b) => a.band.min - b.band.min);
    const names = new Set<string>();
    for (const [index, band] of bands.entries()) {
      if (names.has(band.name)) {
        found.push({
          path: [...path, index, 'name'],
          message: `expected a name of its own, got "${band.name}" again`,
        });
      }
      names.add(band.name);
      if (band.max !== undefined && band.min > band.max) {
        found.push({
          path: [...path, index],
          message: `expected min at most max, got ${band.min} and ${band.max}`,
        });
      }
    }
    for (const [at, { band, index }] of sorted.entries()) {
      const next = sorted[at + 1];
      if (next && (band.max === undefined || band.max >= next.band.min)) {
        const message = `expected bands that do not overlap, got ${next.band.name} (from ${next.band.min}) and ${band.name} (${band.max === undefined ? 'without max' : `to ${band.max}`}, entry ${index})`;
        found.push({ path: [...path, next.index], message });
      }
    }
  }
  if (combinations > MOST_COMBINATIONS) {
    const message = `expected at most ${MOST_COMBINATIONS} combinations of bands, got ${combinations}`;
    found.push({ path: ['segments'], message });
  }
  return found;
}

function countryConflicts(countries: DecidingConfig['countries']): Conflict[] {
  const seen = new Map<string, string>();
  const found: Conflict[] = [];
  for (const country of Object.keys(countries)) {
    const other = seen.get(foldCountry(country));
    if (other !== undefined) {
      const message = `expected each country once, got "${other}" and "${country}", which differ in case alone`;
      found.push({ path: ['countries', country], message });
    }
    seen.set(foldCountry(country), country);
  }
  return found;
}
