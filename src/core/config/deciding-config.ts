import type { Config } from './config.ts';
import { type DecidingConfig, deciding } from './deciding.ts';

/** @returns the part of a config that the artifact carries, without what is not configured: its version is a hash of it */
export function decidingConfig(config: Config): DecidingConfig {
  const own = Object.entries(config).filter(([key, value]) => key in deciding && value !== undefined);
  return Object.fromEntries(own) as DecidingConfig;
}
