import json from '../../config/voucher.json' with { type: 'json' };
import { type Config, parseConfig } from '../core/config/config.ts';

let parsed: Config | null = null;

/**
 * config/voucher.json as it was when the service was deployed: what uploads are counted under, what guards a version
 * that is to go live, and when a history is stale. An artifact says none of this, so it cannot replace this.
 *
 * @throws Error for a config that does not fit its schema: such a deployment does not start
 */
export function deployedConfig(): Config {
  if (parsed !== null) return parsed;
  const checked = parseConfig(json);
  if (!checked.ok) {
    const [first] = checked.issues;
    throw new Error(`config/voucher.json: ${first?.path}: ${first?.message}`);
  }
  parsed = checked.value;
  return parsed;
}
