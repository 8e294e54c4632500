import { DataError } from '../../../src/core/errors.ts';

/** ClickHouse's error code, at the start of its message in every version. */
const CODE = /Code: (\d+)[.,]\s*/;

/** What a code means for the person who runs a build, where ClickHouse's own words do not say what to do. */
const MEANINGS: Readonly<Record<number, string>> = {
  32: 'a server went away in mid-query, so nothing is counted',
  60: 'there is no such table',
  81: 'there is no such database',
  164: 'the user may not change settings (readonly = 1), which a build does so that no limit cuts its counts short: ask as a user with readonly = 2',
  159: 'the query took longer than the server allows (max_execution_time)',
  192: 'the user is not known',
  193: 'the password is wrong',
  194: 'a password is needed',
  209: 'a server of the cluster did not answer in time, so nothing is counted',
  210: 'a server of the cluster cannot be reached, so nothing is counted',
  241: 'the query needs more memory than the server allows (max_memory_usage)',
  279: 'a server of the cluster cannot be reached, so nothing is counted',
  394: 'the query was killed',
  497: 'the user may not read it',
  516: 'the user is not known, or the password is wrong',
};
const LOGIN = new Set([192, 193, 194, 516]);

const LONGEST = 300;

/**
 * @param where the file, table or server that is asked
 * @returns a sentence with ClickHouse's code, or what went wrong on the way to it; an error of ours is left as it is
 */
export function clickHouseError(where: string, error: unknown): unknown {
  if (error instanceof DataError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === null) {
    const reason = reasonOf(error);
    return reason === null ? error : new DataError(`${where}: ${reason}`, { cause: error });
  }
  const meaning = MEANINGS[code];
  const login = LOGIN.has(code) ? ': set CLICKHOUSE_USER and CLICKHOUSE_PASSWORD' : '';
  const sentence = meaning
    ? `${meaning} (ClickHouse code ${code})${login}`
    : `ClickHouse refused with code ${code}: ${wordsOf(error.message)}`;
  return new DataError(`${where}: ${sentence}`, { cause: error });
}

/** @returns the code by which ClickHouse names an error; null for another's error */
function codeOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if ('clickhouseCode' in error && typeof error.clickhouseCode === 'number') return error.clickhouseCode;
  const [, digits] = CODE.exec(error.message) ?? [];
  if (digits !== undefined) return Number(digits);
  // The client takes newer messages apart.
  return 'code' in error && /^\d+$/.test(String(error.code)) ? Number(error.code) : null;
}

/** What ClickHouse says, without what is meant for its developers: code, class, stack and the query. */
function wordsOf(message: string): string {
  const [code = ''] = CODE.exec(message) ?? [];
  const words = message
    .slice(message.indexOf(code) + code.length)
    .replace(/^.*?DB::(?:Net)?Exception: /s, '')
    .replace(/, e\.what\(\) = .*$/s, '')
    .replace(/(?:: (?:In scope|While processing|While executing)|\. Stack trace|: while executing) .*$/is, '')
    // The query of an address may be a signature.
    .replace(/(https?:\/\/[^\s?']+)\?[^\s']+/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there: is the server running, and is this its HTTP port?',
  ECONNRESET: 'the server closed the connection in mid-query, so nothing is counted',
  EPIPE: 'the server closed the connection in mid-query, so nothing is counted',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the server did not answer in time',
  EPROTO: 'the server does not speak TLS: is it an address with http://?',
};

function reasonOf(error: Error): string | null {
  const codes = [error, error.cause].map((one) =>
    one instanceof Error && 'code' in one ? String(one.code) : '',
  );
  for (const code of codes) if (NETWORK[code] !== undefined) return NETWORK[code];
  if (/socket hang up/i.test(error.message)) return NETWORK.ECONNRESET ?? null;
  if (/timeout|timed out|aborted/i.test(error.message)) return NETWORK.ETIMEDOUT ?? null;
  return null;
}
