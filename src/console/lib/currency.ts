import type { DecidingConfig } from '../../core/config/deciding.ts';

/** @returns the ISO 4217 code of a country's currency; undefined where the config names none */
export function currencyOf(config: DecidingConfig, country: string): string | undefined {
  const own: { default_amount?: number; currency?: string } | undefined = new Map(
    Object.entries(config.countries),
  ).get(country);
  return own?.currency;
}
