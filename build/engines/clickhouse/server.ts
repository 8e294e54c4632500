import { DataError, messageOf } from '../../../src/core/errors.ts';
import { printable } from '../../cli/format.ts';
import { asText, type Database } from '../database.ts';
import { clickHouseError } from './failure.ts';

/** A query of billions of rows may take hours; the server has limits of its own. Milliseconds. */
const LONGEST_QUERY = 24 * 60 * 60 * 1000;

const SETTINGS = {
  // The answer is sent when it is complete: an error in the middle of it would look like a row.
  wait_end_of_query: 1 as const,
  // Counts of some shards only would be wrong counts.
  skip_unavailable_shards: 0 as const,
};

/**
 * What the server does where a limit of the user is reached. Each may be set to give what was read until then, for a
 * limit of the other servers of the cluster as well: that would be published as if it were all.
 */
const OVERFLOW_MODES = "SELECT name FROM system.settings WHERE name LIKE '%overflow_mode%'";

/**
 * A server, or a cluster through one of its servers, over HTTP. User and password come from CLICKHOUSE_USER and
 * CLICKHOUSE_PASSWORD alone: a command line is seen by every user of a machine.
 *
 * @throws DataError for an invalid address, or one that holds a user or password
 */
export async function openServer(url: string, environment: NodeJS.ProcessEnv): Promise<Database> {
  const address = addressOf(url);
  const { createClient } = await import('@clickhouse/client');
  const client = createClient({
    url: address,
    username: environment.CLICKHOUSE_USER ?? 'default',
    password: environment.CLICKHOUSE_PASSWORD ?? '',
    request_timeout: LONGEST_QUERY,
    compression: { response: true },
    clickhouse_settings: SETTINGS,
    application: 'voucher-edge',
    log: { level: 127 },
  });
  const ask = async (query: string, settings: Record<string, string> = {}) => {
    let answer = '';
    try {
      const result = await client.query({ query, format: 'JSONCompact', clickhouse_settings: settings });
      answer = await result.text();
      // Not by a schema: it would visit each value of half a million rows.
      const rows: unknown = JSON.parse(answer)?.data;
      if (Array.isArray(rows) && rows.every(Array.isArray)) return asText(rows);
      throw new Error('expected rows, got another answer');
    } catch (error) {
      const known = clickHouseError(address.origin, error);
      if (known instanceof DataError) throw known;
      const words = answer || messageOf(error);
      throw new DataError(`${address.origin}: ${notClickHouse(words)}`, { cause: error });
    }
  };
  let strict: Record<string, string> | null = null;
  return {
    async rows(query) {
      strict ??= Object.fromEntries((await ask(OVERFLOW_MODES)).map(([name = '']) => [name, 'throw']));
      return await ask(query, strict);
    },
    close: () => client.close(),
  };
}

/** @param words what answered, which may be a page, or went wrong */
function notClickHouse(words: string): string {
  const plain = words
    .slice(0, 1000)
    .replace(/<[^>]*>|\s+/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
  const got = plain === '' ? 'an empty one' : JSON.stringify(printable(plain, 100));
  return `expected an answer of ClickHouse, got ${got}: is this its HTTP port, and does no proxy answer in its place?`;
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) {
    // The text before an @ may be a password, even in a mistyped address.
    const shown = JSON.stringify(url.replace(/^.*@/s, '…@'));
    throw new DataError(
      `expected an address such as http://localhost:8123 for --clickhouse-url, got ${shown}`,
    );
  }
  if (address.username !== '' || address.password !== '' || address.search !== '') {
    throw new DataError(
      `expected an address without user, password and settings for --clickhouse-url (${address.host}): user and password are read from CLICKHOUSE_USER and CLICKHOUSE_PASSWORD`,
    );
  }
  return address;
}
