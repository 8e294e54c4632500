const SCHEME = /^(?:https?|s3):\/\//;

/** @returns whether an input is an address, which ClickHouse reads, and not a file */
export function isUrl(path: string): boolean {
  return SCHEME.test(path);
}
