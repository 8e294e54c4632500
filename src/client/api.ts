/** What goes over the wire, from the one place that declares it. The package has these types written out. */
export type { ArtifactDescription } from '../api/artifact.ts';
export type { Readiness } from '../api/health.ts';
export type { EntryProblem, ServiceProblem } from '../api/problem.ts';
export type { BatchEntry, VoucherInput } from '../api/voucher.ts';
export type { Decision } from '../core/decide/schema.ts';
