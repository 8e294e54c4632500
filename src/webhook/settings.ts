/** Where a webhook is, and what its messages are signed with. */
export interface WebhookSettings {
  url: URL;
  /** The bytes of the secret; null for messages that are not signed. */
  key: Uint8Array<ArrayBuffer> | null;
}

/** The variables of a deployment, or of the command line. Both are secrets: who knows a hook of Slack can write there. */
export interface WebhookVariables {
  WEBHOOK_URL?: string | undefined;
  /** `whsec_` and Base64 as Standard Webhooks has it, or any other text. */
  WEBHOOK_SECRET?: string | undefined;
}

const PREFIX = 'whsec_';

/**
 * @returns null without WEBHOOK_URL
 * @throws Error for variables that do not fit. The sentence repeats neither
 */
export function webhookSettings({ WEBHOOK_URL, WEBHOOK_SECRET }: WebhookVariables): WebhookSettings | null {
  const text = WEBHOOK_URL?.trim() ?? '';
  const secret = WEBHOOK_SECRET?.trim() ?? '';
  if (text === '') {
    if (secret === '') return null;
    throw new Error('WEBHOOK_SECRET: expected WEBHOOK_URL with it, got none');
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new Error(
      'WEBHOOK_URL: expected an address that begins with https:// or http://, without a user or a password',
    );
  }
  return { url, key: secret === '' ? null : keyOf(secret) };
}

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  if (!secret.startsWith(PREFIX)) return new TextEncoder().encode(secret);
  try {
    return Uint8Array.from(atob(secret.slice(PREFIX.length)), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Error(`WEBHOOK_SECRET: expected Base64 after ${PREFIX}`);
  }
}
