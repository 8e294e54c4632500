/** The names of the columns as an export has them. */
export const HEADER = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount';

/** Four healthy rows: Peru 10 and 20, China 30.5 and 1000. */
export const HEALTHY_ROWS: readonly (readonly string[])[] = [
  ['2026-05-01 10:00:00', 'Peru', '2026-03-15 09:00:00', '2025-01-01 00:00:00', '3', '10'],
  ['2026-05-02 11:00:00', 'Peru', '2026-02-20 09:00:00', '2025-02-01 00:00:00', '7', '20'],
  ['2026-05-03 12:00:00', 'China', '2026-01-20 09:00:00', '2024-01-01 00:00:00', '15', '30.5'],
  ['2026-05-04 13:00:00', 'China', '2025-12-20 09:00:00', '2023-01-01 00:00:00', '40', '1000'],
];

export const HEALTHY_CSV = csv(HEALTHY_ROWS);

/** Their lines, with the header; and with each field in quotes. */
export const LINES = HEALTHY_CSV.trimEnd().split('\n');
export const QUOTED_LINES = LINES.map((line) => `"${line.replaceAll(',', '","')}"`);

/** @returns an export of rows, each field as it stands */
export function csv(rows: readonly (readonly string[])[], delimiter = ',', lineEnd = '\n'): string {
  return [HEADER.replaceAll(',', delimiter), ...rows.map((row) => row.join(delimiter)), ''].join(lineEnd);
}

export interface ExportCase {
  name: string;
  content: string | Uint8Array<ArrayBuffer>;
  /** How often the four healthy rows are in it; or what a build says when it refuses it. */
  right: number | RegExp;
  /** What of the amounts or countries is other than healthy. */
  amounts?: Record<string, number[]>;
  /** Rows that are dropped. */
  dropped?: number;
  /** What a build warns of, though it reads it. */
  warns?: RegExp;
  /** The settings that a refusal names; with them the file is read. */
  settings?: Record<string, unknown>;
  /** Whether its customers cannot be decided for: their own fields are not those that a build refuses it for. */
  score?: 'none' | 'some';
}

const [timestamp, country, last, first, orders, amount] = [0, 1, 2, 3, 4, 5] as const;
const COLUMNS = { timestamp, country, last, first, orders, amount };

/** The healthy rows with other values in a column. */
export function withValues(column: keyof typeof COLUMNS, values: readonly string[]) {
  const at = COLUMNS[column];
  return HEALTHY_ROWS.map((row, index) => row.with(at, values[index] ?? row[at] ?? ''));
}

/** The healthy rows with another form of time. */
export function timed(form: (time: string) => string) {
  return HEALTHY_ROWS.map((row) =>
    row.map((field, at) => (at === 0 || at === 2 || at === 3 ? form(field) : field)),
  );
}

export function secondsOf(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`) / 1000;
}

export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** What is said of padding after the rows. */
export const PADDED = /lines of nothing but NUL or Ctrl-Z characters are passed over/;
