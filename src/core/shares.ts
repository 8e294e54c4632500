/** @returns the rows that cleaning dropped, as a share of those read */
export function shareDropped({ rows_read, rows_kept }: { rows_read: number; rows_kept: number }): number {
  return rows_read === 0 ? 0 : (rows_read - rows_kept) / rows_read;
}

/** @returns the kept rows without an amount of their own, as a share of those kept */
export function shareImputed({
  rows_kept,
  voucher_amount_imputed,
}: {
  rows_kept: number;
  voucher_amount_imputed: number;
}): number {
  return rows_kept === 0 ? 0 : voucher_amount_imputed / rows_kept;
}

/** @returns the share of the rows that can be asked for; 0 without rows */
export function shareByDefault({ rows, by_default }: { rows: number; by_default: number }): number {
  return rows === 0 ? 0 : by_default / rows;
}
