import * as z from 'zod/mini';
import { Version } from '../artifact/version.ts';
import { GuardsSchema } from '../config/deployment.ts';
import { SOURCES } from '../decide/decision.ts';
import { described } from '../described.ts';
import { Amount, Count, Currency, Names } from '../wire-fields.ts';

// What comparing two artifacts finds, as it goes over the wire: the reference has the schemas, the rest their types.

/** What may stop an artifact; those that are left out say of another which changes count, or end the build. */
const GuardSchema = z.keyof(
  z.omit(GuardsSchema, { smallest_cell: true, largest_share_changed: true, largest_share_unreadable: true }),
);
export type Guard = z.infer<typeof GuardSchema>;

const ObjectionSchema = z.strictObject({
  /** The key in `guards` of the config. */
  guard: GuardSchema,
  /** What was expected and what came. */
  message: z.string(),
});
/** A guard that an artifact does not pass. */
export type Objection = z.infer<typeof ObjectionSchema>;

export const VerdictSchema = z.strictObject({
  guard: GuardSchema,
  limit: described(z.number(), 'Of the config.'),
  passes: described(
    z.nullable(z.boolean()),
    'Whether what is live passes it; null where it compares, and there was nothing before.',
  ),
  message: described(z.nullable(z.string()), 'Why it does not pass.'),
});
/** What a guard says of a version. */
export type Verdict = z.infer<typeof VerdictSchema>;

const band = { segment: z.string(), band: z.string() };
const Bands = z.array(z.strictObject(band));
const beforeAfter = <T extends z.ZodMiniType>(value: T) => z.strictObject({ before: value, after: value });
/** Null before the first version. */
const since = <T extends z.ZodMiniType>(value: T) =>
  z.strictObject({ before: z.nullable(value), after: value });

const CurrenciesSchema = beforeAfter(z.nullable(Currency));
/** The currency of a country in two artifacts; null where the config names none, or there is no artifact. */
export type Currencies = z.infer<typeof CurrenciesSchema>;

const AnswerCounts = described(
  z.strictObject({ same: Count, moved: Count, added: Count, removed: Count }),
  'All that POST /voucher can answer.',
);

const AnswerChangeSchema = z.strictObject({
  /** As shown; null for all countries that neither the history nor the config names. */
  country: z.nullable(z.string()),
  segment: z.string(),
  /** A band or a combination; null for customers in none. */
  band: z.nullable(z.string()),
  /** What is served; null where there is no such segment or band. */
  amount: beforeAfter(z.nullable(Amount)),
  currency: CurrenciesSchema,
  source: beforeAfter(z.nullable(z.enum(SOURCES))),
  /** The rows that it comes from; 0 for the default. */
  rows: beforeAfter(Count),
});
/** An answer of POST /voucher that is another one, or that only one of two artifacts can give. */
export type AnswerChange = z.infer<typeof AnswerChangeSchema>;

const UnitSpendSchema = z.strictObject({
  currency: z.nullable(Currency),
  country: z.nullable(z.string()),
  countries: Count,
  before: Amount,
  after: Amount,
});
/** What is given in one currency, or in a country without one. */
export type UnitSpend = z.infer<typeof UnitSpendSchema>;

const SegmentChangeSchema = z.strictObject({
  segment: z.string(),
  rows: Count,
  /** Rows that are answered something else, those in no band among them. */
  rows_affected: Count,
  spend: described(
    z.array(UnitSpendSchema),
    'A sum for each currency, and one for each country without one.',
  ),
});
/** What it means for all rows of the history, if each were asked for once with this segment. */
export type SegmentChange = z.infer<typeof SegmentChangeSchema>;

/** What a new file would change, in short: part of GET /uploads and GET /runs. */
export const PreviewSchema = z.extend(SegmentChangeSchema, {
  answers: AnswerCounts,
  largest: described(z.nullable(AnswerChangeSchema), 'The answer whose amount changes most.'),
});
export type Preview = z.infer<typeof PreviewSchema>;

const CellChangeSchema = z.strictObject({
  ...band,
  country: z.string(),
  /**
   * Rows of the history that it decides for: see rowsCompared. A combination decides for those that no finer one
   * decides for.
   */
  rows: Count,
  /** What is served. Where a cell has no statistics it is what the ladder falls back to. */
  amount: beforeAfter(Amount),
  currency: CurrenciesSchema,
  mean: beforeAfter(z.nullable(Amount)),
  kept: beforeAfter(Count),
});
export type CellChange = z.infer<typeof CellChangeSchema>;

const CountrySpendSchema = z.strictObject({
  country: z.string(),
  segment: z.string(),
  /** The rows of its history: of the two sides, the fewer. */
  rows: Count,
  currency: CurrenciesSchema,
  before: Amount,
  after: Amount,
});
/** What a country is given in all, if every row of its history were asked for once with a segment. */
export type CountrySpend = z.infer<typeof CountrySpendSchema>;

const DefaultShareChangeSchema = z.strictObject({
  segment: z.string(),
  /** Whether it decides for requests that name no segment. */
  is_default_segment: z.boolean(),
  /** Rows that can be asked for with it, in the new artifact. */
  rows: Count,
  /** Null where there was no such segment, or nothing is live. */
  before: z.nullable(z.number()),
  after: z.number(),
});
export type DefaultShareChange = z.infer<typeof DefaultShareChangeSchema>;

const ArtifactDiffSchema = z.strictObject({
  /** The version that is replaced; null where nothing is live. */
  from: z.nullable(Version),
  to: Version,
  config: described(Names, 'What the two configs differ in: `amount.statistic: mean → median`.'),
  /** Rows kept. */
  rows: since(Count),
  dropped: described(since(z.number()), 'Dropped rows as a share of those read.'),
  imputed: described(
    since(z.number()),
    'Kept rows without an amount of their own, as a share of those kept.',
  ),
  countries: z.strictObject({ added: Names, removed: Names }),
  bands: z.strictObject({ added: Bands, removed: Bands }),
  /** Cells with statistics on both sides that answer the same, that answer something else, and on one side alone. */
  cells: z.strictObject({ same: Count, moved: Count, added: Count, removed: Count }),
  segments: described(
    z.array(SegmentChangeSchema),
    'If every row of the history were asked for once with this segment.',
  ),
  /** Cells that answer something else or have another mean. */
  changes: described(
    z.array(CellChangeSchema),
    'The cells that move most money, each in its own currency, at most 100.',
  ),
  spend: described(
    z.array(CountrySpendSchema),
    'By country, if every row of its history were asked for once with a segment.',
  ),
  defaults: described(
    z.array(DefaultShareChangeSchema),
    'The share of the rows of the history that the default answers, by segment.',
  ),
  answers: AnswerCounts,
  answer_changes: described(
    z.array(AnswerChangeSchema),
    'The answers that change, the largest change first, at most 100. Country is null for any other country, band for customers in none.',
  ),
});
/** What one artifact answers that another did not, and for how many. */
export type ArtifactDiff = z.infer<typeof ArtifactDiffSchema>;

/** GET /versions/diff: a comparison as it is shown. */
export const ComparisonSchema = z.extend(ArtifactDiffSchema, {
  changes_total: Count,
  objections: described(z.array(ObjectionSchema), 'What the guards of the config say.'),
});
export type Comparison = z.infer<typeof ComparisonSchema>;
