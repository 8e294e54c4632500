/** What is used of the modules that the Workers runtime brings along. */
declare module 'cloudflare:workers' {
  /** The bindings and vars of wrangler.toml. */
  export const env: import('./env.ts').Env;
  /** Keeps the running request's context alive, after its answer too, until a promise has settled. */
  export function waitUntil(promise: Promise<unknown>): void;
}
