import { existsSync } from 'node:fs';
import { openEmbedded } from '../../../build/engines/clickhouse/embedded.ts';
import { ROOT } from '../../unit/support/command.ts';

export const isChdbInstalled = existsSync(`${ROOT}node_modules/chdb`);

/** To be added to the title of what is skipped. */
export const chdbMissing = isChdbInstalled ? '' : ' (skipped: chdb is not installed)';

export { openEmbedded };
