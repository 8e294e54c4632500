import json from '../../artifacts/config.json' with { type: 'json' };
import type { Config } from '../core/config/config.ts';

/**
 * config/voucher.json as it was when the service was deployed: what uploads are counted under, what guards a version
 * that is to go live, and when a history is stale. An artifact says none of this, so it cannot replace this.
 *
 * `npm run build:console` has checked it and filled in the defaults.
 */
export const deployedConfig = json as unknown as Config;
