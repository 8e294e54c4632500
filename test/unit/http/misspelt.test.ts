import { expect, it } from 'vitest';
import { misspelt } from '../../../src/server/misspelt.ts';

it.each([
  ['API_KEY', 'API_KEYS'],
  ['APIKEYS', 'API_KEYS'],
  ['api_keys', 'API_KEYS'],
  ['API-KEYS', 'API_KEYS'],
  ['ADMIN_TOKNE', 'ADMIN_TOKEN'],
  ['BEHIND_PROXI', 'BEHIND_PROXY'],
  ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ['RATELIMIT', 'RATE_LIMIT'],
  ['REFRESH_SECOND', 'REFRESH_SECONDS'],
  ['WEBHOOK_SECRETS', 'WEBHOOK_SECRET'],
])('%s is taken for a slip of %s', (name, meant) => {
  expect(misspelt(['PATH', name])).toEqual([`the variable ${name} is not known. Did you mean ${meant}?`]);
});

it.each([
  ['ADMIN_TOKEN', 'ADMIN_TOKENS', 'API_KEYS', 'DATA', 'PORT'],
  // Near to a variable that is set itself.
  ['API_KEY', 'API_KEYS'],
  ['HOSTS', 'HOSTNAME', 'PORTS', 'DATE', 'GITHUB_TOKEN', 'AWS_ACCESS_KEY', 'CI_API_V4_URL', 'DENO_DIR'],
])('%s, … are not', (...names) => {
  expect(misspelt(names)).toEqual([]);
});
