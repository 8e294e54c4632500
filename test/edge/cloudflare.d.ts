/** What the tests use of the module that workerd has; the service itself uses none of it. */
declare module 'cloudflare:workers' {
  export const exports: { default: { fetch: typeof fetch } };
}
