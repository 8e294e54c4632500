import { fingerprintOf } from '../../../build/engines/fingerprint.ts';
import { keyColumns, resultColumns } from '../../../build/engines/sql/result-columns.ts';
import { cubeLayout } from '../../../src/core/cube/cube.ts';
import { shippedConfig } from '../../support/histories.ts';

const config = shippedConfig();
export const HEADER = resultColumns(cubeLayout(config));
const ORIGIN = { config: fingerprintOf(config), dialect: 'postgres' };

export type Row = Record<string, string>;

/** A row of Peru that is kept, and below one that is dropped. */
export const PERU: Row = {
  ...Object.fromEntries(keyColumns(cubeLayout(config)).map((name) => [name, ''])),
  outcome: 'kept',
  country_code: 'Peru',
  period: '582',
  band_frequency_segment: '14-37',
  band_recency_segment: '30-60',
  band_tenure_segment: '180-364',
  band_tenure_stage_segment: '180-364',
  band_total_orders_segment: '14-37',
  band_volume_segment: '9-37',
  voucher_amount: '2640.0',
  row_count: '1',
  total_orders_filled: '0',
  total_orders_unreadable: '0',
  first_order_ts_unreadable: '0',
  first_timestamp: '1532131200',
  last_timestamp: '1532131200',
  ...ORIGIN,
};
export const DROPPED: Row = {
  ...Object.fromEntries(HEADER.map((name) => [name, ''])),
  outcome: 'invalid_timestamp',
  country_code: 'Peru',
  period: '0',
  row_count: '1',
  total_orders_filled: '0',
  total_orders_unreadable: '0',
  first_order_ts_unreadable: '0',
  ...ORIGIN,
};
export const TOTAL: Row = {
  ...Object.fromEntries(HEADER.map((name) => [name, ''])),
  outcome: 'total',
  row_count: '2',
  ...ORIGIN,
};
/** @returns the result of a SELECT as CSV */
export function csv(rows: readonly Row[], header: readonly string[] = HEADER): string {
  return [header, ...rows.map((row) => header.map((name) => row[name] ?? ''))]
    .map((row) => `${row.join(',')}\n`)
    .join('');
}
