/**
 * Exports as programs write them, small, each with what is right: read by every engine, by uploads, by score and by a watch.
 * Plain text and bytes alone, so that the same table serves on every runtime.
 */
import type { ExportCase } from './export-rows.ts';
import { FOREIGN_EXPORTS } from './foreign-exports.ts';
import { JSON_EXPORTS } from './json-exports.ts';
import { MARKED_EXPORTS } from './marked-exports.ts';
import { PACKED_EXPORTS } from './packed-exports.ts';
import { SHAPE_EXPORTS } from './shape-exports.ts';
import { TIME_EXPORTS } from './time-exports.ts';
import { VALUE_EXPORTS } from './value-exports.ts';

export { csv, type ExportCase, HEADER, HEALTHY_CSV, HEALTHY_ROWS } from './export-rows.ts';

export const EXPORT_CASES: readonly ExportCase[] = [
  ...VALUE_EXPORTS,
  ...SHAPE_EXPORTS,
  ...JSON_EXPORTS,
  ...TIME_EXPORTS,
  ...FOREIGN_EXPORTS,
  ...MARKED_EXPORTS,
  ...PACKED_EXPORTS,
];
