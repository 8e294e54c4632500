import * as z from 'zod/mini';
import { described } from '../described.ts';
import { FIELDS, type Field } from '../fields/fields.ts';
import { type Checked, check } from '../issues.ts';
import { PERIODS } from '../period.ts';
import { combinedConflicts } from '../segments/combined-conflicts.ts';
import { bandConflicts, countryConflicts, defaultSegmentConflicts, nameConflicts } from './conflicts.ts';
import { type DecidingConfig, deciding } from './deciding.ts';
import { deployment } from './deployment.ts';
import { reading } from './reading.ts';

const columns = Object.fromEntries(
  FIELDS.map((field) => [field, z._default(z.string().check(z.minLength(1)), field)]),
) as Record<Field, z.ZodMiniDefault<z.ZodMiniString>>;

/** The config that an artifact carries. */
export const ArtifactConfigSchema: z.ZodMiniType<DecidingConfig> = z
  .strictObject(deciding)
  .check(refuseConflicts);

/** config/voucher.json. */
export const ConfigSchema = z
  .strictObject({
    $schema: z.optional(z.string()),
    $comment: described(z.optional(z.string()), 'For people; evaluate --recommend gives its reason here.'),
    inputs: described(
      z._default(z.array(z.string().check(z.minLength(1))), []),
      'Files, folders and globs that a build reads when it is given no --input.',
    ),
    columns: described(
      z._default(
        z.strictObject(columns),
        Object.fromEntries(FIELDS.map((field) => [field, field])) as Record<Field, string>,
      ),
      'The name that each field has in the history.',
    ),
    ...reading,
    period: described(z._default(z.enum(PERIODS), 'month'), 'How finely time is kept for evaluation.'),
    ...deciding,
    ...deployment,
  })
  .check(refuseConflicts);
export type Config = z.infer<typeof ConfigSchema>;

/** Checks the content of config/voucher.json. Every issue has its path, what was expected and what came. */
export function parseConfig(input: unknown): Checked<Config> {
  return check(ConfigSchema as z.ZodMiniType<Config>, input);
}

/** The rules that reach over more than one key. */
function refuseConflicts({
  value,
  issues,
}: z.core.ParsePayload<
  Pick<DecidingConfig, 'segments' | 'combined' | 'countries' | 'default_segment'>
>): void {
  const conflicts = [
    ...nameConflicts(value.segments, value.combined),
    ...bandConflicts(value.segments),
    ...combinedConflicts(value),
    ...countryConflicts(value.countries),
    ...defaultSegmentConflicts(value),
  ];
  issues.push(...conflicts.map((conflict) => ({ code: 'custom' as const, input: value, ...conflict })));
}
