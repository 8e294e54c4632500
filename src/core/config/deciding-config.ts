import type { Config } from './config.ts';
import type { DecidingConfig } from './deciding.ts';

/** @returns the part of a config that the artifact carries. The keys are listed, so that a Worker which ingests has no schema */
export function decidingConfig(config: Config): DecidingConfig {
  const { segments, combined, imputation, amount, default_segment, fallback, default_amount, countries } =
    config;
  return {
    segments,
    combined,
    imputation,
    amount,
    // Left out when not configured: the version of an artifact is a hash of what it has.
    ...(default_segment !== undefined && { default_segment }),
    fallback,
    default_amount,
    countries,
  };
}
