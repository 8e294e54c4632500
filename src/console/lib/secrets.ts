/** What opens this deployment, in the memory of this page: no cookie and no storage ever has it. */
const held: { token: string | null; apiKey: string | null } = { token: null, apiKey: null };

export function token(): string | null {
  return held.token;
}

export function setToken(token: string): void {
  held.token = token;
}

export function forgetToken(): void {
  held.token = null;
}

/** What callers of POST /voucher need where the deployment has API_KEYS. */
export function apiKey(): string | null {
  return held.apiKey;
}

/** @param key an empty one removes it */
export function setApiKey(key: string): void {
  held.apiKey = key === '' ? null : key;
}
