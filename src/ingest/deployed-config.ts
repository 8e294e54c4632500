import json from '../../config/voucher.json' with { type: 'json' };
import { type Config, parseConfig } from '../core/config/config.ts';

let parsed: Config | null = null;

/**
 * The config that uploads are counted under: config/voucher.json as it was when the Worker was deployed. An artifact
 * does not say how columns are named, so it could not stand in. It is checked when it is first needed.
 *
 * @throws Error when it does not fit, which `npm run check` and a build would have said
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
