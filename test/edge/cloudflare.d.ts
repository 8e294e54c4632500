/** What the tests use of the modules that the test runner brings along. */
declare module 'cloudflare:workers' {
  /** The Worker's own entry points. */
  export const exports: { default: { fetch: typeof fetch } };
}

declare module 'cloudflare:test' {
  /** Forgets what was written to the bindings. */
  export function reset(): Promise<void>;
}
