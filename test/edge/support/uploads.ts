/** Sets of files that tests drop into the bucket, for which a real build makes the artifact to compare with. */
export const SETS = {
  a: ['a.csv'],
  ab: ['a.csv', 'b.csv.gz'],
  abc: ['a.csv', 'b.csv.gz', 'c.csv'],
  ac: ['a.csv', 'c.csv'],
  small: ['small.csv'],
  twenty: Array.from({ length: 20 }, (_, index) => `part-${String(index).padStart(2, '0')}.csv`),
} as const satisfies Record<string, readonly string[]>;

export type SetName = keyof typeof SETS;

/** What the tests are given by the setup that runs on Node. */
export interface Builds {
  /** The bytes of each file, as Base64. */
  files: Record<string, string>;
  /** The text of the artifact that `npm run build:artifact` makes of each set. */
  artifacts: Record<SetName, string>;
  /** The text of the statistics that belong to each. */
  statistics: Record<SetName, string>;
}

declare module 'vitest' {
  interface ProvidedContext {
    builds: Builds;
    /** The origin of a server of webhooks; see startHooks. */
    hooks: string;
    /** The origin of a team of Cloudflare Access; see startTeam. */
    team: string;
  }
}
