import { DataError } from '../../../src/core/errors.ts';
import { type Database, rowsOf } from './database.ts';
import { clickHouseError } from './failure.ts';

/** A query of billions of rows may take hours; the server has limits of its own. Milliseconds. */
const LONGEST_QUERY = 24 * 60 * 60 * 1000;

const SETTINGS = {
  // The answer is sent when it is complete: an error in the middle of it would look like a row.
  wait_end_of_query: 1 as const,
  // Counts of some shards only would be wrong counts.
  skip_unavailable_shards: 0 as const,
  // Names written out: see sql/steps.ts.
  max_expanded_ast_elements: '50000000',
};

/**
 * A server, or a cluster through one of its servers, over HTTP. User and password come from CLICKHOUSE_USER and
 * CLICKHOUSE_PASSWORD alone: a command line is seen by every user of a machine.
 *
 * @throws DataError for an address that is none, or that holds a user or password
 */
export async function openServer(
  url: string,
  environment: NodeJS.ProcessEnv,
): Promise<Database & { close(): Promise<void> }> {
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
  return {
    async rows(query) {
      try {
        const result = await client.query({ query, format: 'JSONCompact' });
        return rowsOf(await result.text());
      } catch (error) {
        throw clickHouseError(address.origin, error);
      }
    },
    async close() {
      await client.close();
    },
  };
}

function addressOf(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new DataError(
      `expected an address such as http://localhost:8123 for --clickhouse-url, got ${JSON.stringify(url)}`,
    );
  }
  if (address.username !== '' || address.password !== '') {
    throw new DataError(
      `expected an address without user and password for --clickhouse-url (${address.host}): they are read from CLICKHOUSE_USER and CLICKHOUSE_PASSWORD`,
    );
  }
  return address;
}
