import type { RawRow } from '../../../src/core/history/clean.ts';

/** Exponents with which SQL does not read numbers: near the largest and the smallest double. */
const AT_THE_EDGE = /e[+-]?(?:30[1-9]|3[1-3]\d|34[0-5])\D*$/i;
/** ClickHouse of 2018 reads such numbers to some digits less. */
const INEXACT = /[.]\d*[1-9]\d*e|e[+-]?\d\d/i;
/** Whether SQL reads the orders of a row as core does: see build/engines/README.md. */
export const isSame = ({ total_orders: text }: RawRow, name: string) =>
  !AT_THE_EDGE.test(text) && !(name === 'clickhouse' && INEXACT.test(text));
