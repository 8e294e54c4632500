import type * as z from 'zod/mini';
import { ArtifactDescriptionSchema } from '../../src/api/artifact.ts';
import { VerdictsSchema } from '../../src/api/guards.ts';
import { HealthSchema, ReadinessSchema } from '../../src/api/health.ts';
import {
  OfrepBulkSchema,
  OfrepEvaluationSchema,
  OfrepFailureSchema,
  OfrepRequestSchema,
} from '../../src/api/ofrep.ts';
import { ProblemSchema } from '../../src/api/problem.ts';
import { ReportSchema } from '../../src/api/report.ts';
import { HoldSchema, ReleaseSchema, RollbackSchema, UploadActionSchema } from '../../src/api/requests.ts';
import { RunSchema, RunStartedSchema, RunsSchema } from '../../src/api/runs.ts';
import { DecisionTableSchema } from '../../src/api/segments.ts';
import { UploadSchema, UploadsSchema } from '../../src/api/uploads.ts';
import { MovedSchema, VersionsSchema } from '../../src/api/versions.ts';
import { BatchSchema, VoucherAnswerSchema, VoucherRequestsSchema } from '../../src/api/voucher.ts';
import { VoucherRequestSchema } from '../../src/core/decide/request.ts';
import { ComparisonSchema } from '../../src/core/publish/comparison.ts';

/** What goes in and comes out of the API, by the names under which the reference shows it. */
export const SCHEMAS = {
  VoucherRequest: VoucherRequestSchema,
  VoucherRequests: VoucherRequestsSchema,
  Decision: VoucherAnswerSchema,
  Decisions: BatchSchema,
  EvaluationRequest: OfrepRequestSchema,
  Evaluation: OfrepEvaluationSchema,
  BulkEvaluation: OfrepBulkSchema,
  EvaluationFailure: OfrepFailureSchema,
  Artifact: ArtifactDescriptionSchema,
  DecisionTable: DecisionTableSchema,
  Report: ReportSchema,
  Health: HealthSchema,
  Readiness: ReadinessSchema,
  Guards: VerdictsSchema,
  Versions: VersionsSchema,
  Comparison: ComparisonSchema,
  Hold: HoldSchema,
  Release: ReleaseSchema,
  Rollback: RollbackSchema,
  Moved: MovedSchema,
  Uploads: UploadsSchema,
  Upload: UploadSchema,
  UploadAction: UploadActionSchema,
  Runs: RunsSchema,
  Run: RunSchema,
  RunStarted: RunStartedSchema,
  Problem: ProblemSchema,
} satisfies Record<string, z.ZodMiniType>;

export type SchemaName = keyof typeof SCHEMAS;
