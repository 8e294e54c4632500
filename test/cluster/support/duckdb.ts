import { existsSync } from 'node:fs';
import { ROOT } from '../../unit/support/command.ts';

export const isDuckdbInstalled = existsSync(`${ROOT}node_modules/@duckdb/node-api`);

/** To be added to the title of what is skipped. */
export const duckdbMissing = isDuckdbInstalled ? '' : ' (skipped: @duckdb/node-api is not installed)';
