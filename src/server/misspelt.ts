import { editDistance } from '../core/edit-distance.ts';

/** The variables that the own server reads. */
const VARIABLES = [
  'ACCESS_AUD',
  'ACCESS_TEAM_DOMAIN',
  'ADMIN_TOKEN',
  'ADMIN_TOKENS',
  'API_KEYS',
  'ARTIFACT',
  'BEHIND_PROXY',
  'CORS_ORIGINS',
  'DATA',
  'FIRST_WAIT_SECONDS',
  'HOST',
  'PORT',
  'RATE_LIMIT',
  'REFRESH_SECONDS',
  'WEBHOOK_SECRET',
  'WEBHOOK_URL',
] as const;
export type Variable = (typeof VARIABLES)[number];

/** Short names, such as HOST, are near to the names of other programs. */
const SHORTEST = 8;
/** A letter too many, too few or exchanged, or two of them swapped. */
const MOST_EDITS = 2;

/**
 * A variable with a slip in its name is not read, so API_KEY would leave the service open without a word.
 *
 * @param names of all variables that are set
 * @returns a sentence for each one that is probably meant to be a variable of the server
 */
export function misspelt(names: readonly string[]): string[] {
  const known = new Set<string>(VARIABLES);
  return names
    .filter((name) => !known.has(name))
    .flatMap((name) => {
      const folded = name.toUpperCase().replaceAll('-', '_');
      const meant = VARIABLES.find(
        (variable) =>
          !names.includes(variable) &&
          variable.length >= SHORTEST &&
          editDistance(folded, variable) <= MOST_EDITS,
      );
      return meant ? [`the variable ${name} is not known. Did you mean ${meant}?`] : [];
    });
}
