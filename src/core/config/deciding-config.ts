import type { Combined, Segment } from '../segments/schema.ts';
import type { Config } from './config.ts';
import type { DecidingConfig } from './deciding.ts';

/** @returns the part of a config that the artifact carries. Its keys are listed: a Worker that ingests has no schema */
export function decidingConfig(config: Config): DecidingConfig {
  const { segments, combined, imputation, amount, fallback, default_amount, countries } = config;
  const default_segment = defaultSegment(config);
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

/** By its own name, also where the config has an alias: what is compared with it has the names of segments. */
function defaultSegment({ segments, combined, default_segment: asked }: Config): string | undefined {
  const all = Object.entries<Segment | Combined>({ ...segments, ...combined });
  return all.find(([name, { aliases }]) => [name, ...aliases].some((one) => one === asked))?.[0];
}
