import type { Config } from '../../../src/core/config/config.ts';
import { Cube, type CubeLayout, cubeLayout } from '../../../src/core/cube/cube.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { FieldReader } from '../../../src/core/fields/fields.ts';
import { amountReader } from '../../../src/core/fields/numbers.ts';
import { DROP_REASONS, type DropReason } from '../../../src/core/history/clean.ts';
import { isMissing, UNREADABLE } from '../../../src/core/missing.ts';
import { MISSING_AMOUNT } from '../../../src/core/values.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { DIALECTS, isDialectName } from './dialects.ts';
import { BAND_PREFIX, KEPT, type ResultColumn, resultColumns, TOTAL } from './result-columns.ts';

/** Reads the rows that a database gives for {@link cubeSelect}. @throws DataError that does not know their origin */
export function readResult(
  rows: readonly (readonly string[])[],
  config: Config,
): { cube: Cube; rows: number } {
  const reader = new ResultReader(config);
  reader.begin(resultColumns(cubeLayout(config)));
  for (const row of rows) reader.push(row);
  return reader.end();
}

type BandColumn = `${typeof BAND_PREFIX}${string}`;

/**
 * Reads the result of {@link cubeSelect}, row by row, into a cube. It is refused when it is of another config, damaged or
 * cut off: the row of the total says how many rows all others have to count.
 */
export class ResultReader {
  readonly #cube: Cube;
  readonly #layout: CubeLayout;
  readonly #fingerprint: string;
  readonly #readAmount: FieldReader;
  /** For each segment the digit of each band in the number of a group, by name. */
  readonly #segments: readonly { name: string; column: BandColumn; digits: ReadonlyMap<string, number> }[];
  /** The place of each column in a row. */
  #places: Readonly<Record<string, number>> = {};
  #rows = 0;
  #total: number | null = null;
  #read = 0;
  /** The dialect of the rows, once one was read. */
  #dialect: string | null = null;

  constructor(config: Config) {
    this.#layout = cubeLayout(config);
    this.#cube = new Cube(this.#layout);
    this.#fingerprint = fingerprintOf(config);
    this.#readAmount = amountReader(config.numbers);
    this.#segments = this.#layout.segments.map(({ name, bands }) => ({
      name,
      column: `${BAND_PREFIX}${name}`,
      digits: new Map(['', ...bands.map((band) => band.name)].map((band, digit) => [band, digit])),
    }));
  }

  /** @param header the names of the columns @throws DataError for a column that is missing or there twice */
  begin(header: readonly string[]): void {
    this.#places = locate(header, this.#layout);
  }

  /** @param values of all columns, in the order of the header @throws DataError that does not know the file */
  push(values: readonly string[]): void {
    this.#read++;
    this.#requireOrigin(this.#text(values, 'config'), this.#text(values, 'dialect'));
    const outcome = this.#text(values, 'outcome');
    const rows = this.#count(values, 'row_count');
    if (outcome === TOTAL) {
      if (this.#total !== null) throw this.#refusal(`there are two rows '${TOTAL}'. ${ONE_EACH}`);
      this.#total = rows;
      return;
    }
    this.#rows += rows;
    const decided = outcome === KEPT ? null : DROP_REASONS.find((reason) => reason === outcome);
    if (decided === undefined) {
      throw this.#refusal(
        `"outcome" is ${JSON.stringify(outcome)}, which is not one of the SELECT. ${AGAIN}`,
      );
    }
    const { country, reason } = outcomeOf(decided, this.#text(values, 'country_code'));
    if (reason !== null) {
      if (rows > 0) this.#cube.drop(country, reason, rows);
      return;
    }
    let group = this.#whole(values, 'period');
    for (const { name, column, digits } of this.#segments) {
      const band = this.#text(values, column);
      const digit = digits.get(band);
      if (digit === undefined)
        throw this.#refusal(`${JSON.stringify(band)} is not a band of ${name}. ${AGAIN}`);
      group = group * digits.size + digit;
    }
    const amount = this.#readAmount(this.#text(values, 'voucher_amount'));
    this.#cube.addCells(country, [group, Number.isFinite(amount) ? amount : MISSING_AMOUNT, rows]);
    this.#cube.addCleaning(country, {
      dropped: {},
      totalOrdersFilled: this.#count(values, 'total_orders_filled'),
      unreadable: {
        voucher_amount: amount === UNREADABLE ? rows : 0,
        total_orders: this.#count(values, 'total_orders_unreadable'),
        first_order_ts: this.#count(values, 'first_order_ts_unreadable'),
      },
    });
    this.#cube.span(this.#whole(values, 'first_timestamp'), this.#whole(values, 'last_timestamp'));
  }

  /** @returns the cube, and the rows that it counts @throws DataError for a result that is cut off */
  end(): { cube: Cube; rows: number } {
    if (this.#read === 0) {
      throw new DataError(
        'it has no rows: the table that the SELECT reads is empty, or the result is cut off. Save the whole result',
      );
    }
    if (this.#total === null) {
      throw new DataError(
        `the row '${TOTAL}' is missing: the result is cut off. Save the whole result, without a limit of rows`,
      );
    }
    if (this.#total !== this.#rows) {
      throw new DataError(
        `its rows count ${this.#rows} rows of the history, and its row '${TOTAL}' says ${this.#total}: ` +
          `the result is cut off, or rows were added. Save the whole result, without a limit of rows`,
      );
    }
    return { cube: this.#cube, rows: this.#rows };
  }

  #requireOrigin(config: string, dialect: string): void {
    if (config === this.#fingerprint && dialect === this.#dialect) return;
    if (config.trim() !== this.#fingerprint) {
      throw this.#refusal(
        `it was made with another config (${JSON.stringify(config)}, this one is ${JSON.stringify(this.#fingerprint)}): its bands or periods differ. ${AGAIN}`,
      );
    }
    const name = dialect.trim();
    if (this.#dialect === null && isDialectName(name)) this.#dialect = name;
    if (name !== this.#dialect) {
      throw this.#refusal(
        `"dialect" is ${JSON.stringify(dialect)}: expected the same one of ${Object.keys(DIALECTS).join(', ')} in all rows. ${AGAIN}`,
      );
    }
  }

  #count(values: readonly string[], column: ResultColumn): number {
    const number = this.#whole(values, column);
    if (number >= 0) return number;
    throw this.#refusal(`"${column}" is ${number}: a count is not negative. ${AGAIN}`);
  }

  #whole(values: readonly string[], column: ResultColumn): number {
    const text = this.#text(values, column);
    // Most counts are.
    if (text === '0') return 0;
    // Some tools write whole numbers with a point and zeros.
    const number = /^-?\d+(?:\.0*)?$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(number)) return number;
    throw this.#refusal(
      `"${column}" is ${JSON.stringify(text.slice(0, 60))}: expected a whole number. ${AGAIN}`,
    );
  }

  #text(values: readonly string[], column: ResultColumn | BandColumn): string {
    return values[this.#places[column] ?? -1] ?? '';
  }

  #refusal(sentence: string): DataError {
    return new DataError(`row ${this.#read}: ${sentence}`);
  }
}

/**
 * Applies the rule of the country, which a database does not know: it comes before the last one.
 *
 * @param reason why the database drops the rows; null for rows that it keeps
 * @returns the country, "" for none, and why the rows are dropped
 */
function outcomeOf(
  reason: DropReason | null,
  spelling: string,
): { country: string; reason: DropReason | null } {
  if (!isMissing(spelling)) return { country: spelling.trim(), reason };
  const isLater = reason === null || reason === 'negative_days_between_orders';
  return { country: '', reason: isLater ? 'missing_country_code' : reason };
}

const AGAIN = 'Print the SELECT with --emit-sql, run it and save its result again';
const ONE_EACH = 'Pass each result as a --cube of its own';

function locate(header: readonly string[], layout: CubeLayout): Record<string, number> {
  const names = header.map((name) => name.trim().toLowerCase());
  const columns = resultColumns(layout);
  const missing = columns.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const bands = missing.some((name) => name.startsWith(BAND_PREFIX));
    const hint = bands ? ' Was it made with another config?' : '';
    throw new DataError(
      `it lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}.${hint} ${AGAIN}`,
    );
  }
  const doubled = columns.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (doubled !== undefined) throw new DataError(`it has two columns ${doubled}. ${AGAIN}`);
  return Object.fromEntries(columns.map((name) => [name, names.indexOf(name)]));
}
