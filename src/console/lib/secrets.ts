/** What opens this deployment, in the memory of this page: no cookie and no storage ever has it. */
export const secrets: {
  /** The admin token. */
  token: string | null;
  /** What callers of POST /voucher need where the deployment has API_KEYS. */
  apiKey: string | null;
} = { token: null, apiKey: null };
