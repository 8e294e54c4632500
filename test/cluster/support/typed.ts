import fc from 'fast-check';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';
import type { RawRow } from '../../../src/core/history/clean.ts';
import { rawRow } from '../../support/histories.ts';

/** A type of a column: how a text becomes a value of it, and texts of values that it holds to the last digit. */
interface Type {
  /** SQL of the value, from SQL of a text that is not empty. */
  of: (text: string) => string;
  texts: fc.Arbitrary<string>;
}

const iso = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((date) => date.toISOString().replace('T', ' ').slice(0, -1));
/** Times of one second and around it: what is cut off must not decide which one comes first. */
const close = fc.constantFrom(
  '2018-07-21 18:59:20.999',
  '2018-07-21 18:59:21.000',
  '2018-07-21 18:59:21.999',
  '2018-07-20 18:59:21.500',
  '2018-06-21 18:59:21.001',
);
const moments = fc.oneof(
  { weight: 6, arbitrary: iso('2016-01-01', '2021-12-31') },
  { weight: 3, arbitrary: close },
  { weight: 1, arbitrary: iso('0001-01-02', '9999-12-30') },
);
/** ClickHouse of 2018 has dates of these years alone. */
const recent = fc.oneof({ weight: 2, arbitrary: iso('1970-01-02', '2105-12-30') }, close);
const day = (texts: fc.Arbitrary<string>) => texts.map((text) => text.slice(0, 10));
const second = (texts: fc.Arbitrary<string>) => texts.map((text) => text.slice(0, 19));
const micros = fc.tuple(moments, fc.nat(999)).map(([text, more]) => text + String(more).padStart(3, '0'));
/** With an offset, as it is since railways have clocks. */
const zoned = fc
  .tuple(
    iso('1970-01-02', '2105-12-30'),
    fc.constantFrom('Z', '+00:00', '-05:00', '+05:30', '+14:00', '-11:30'),
  )
  .map((parts) => parts.join(''));

const whole = (most: number) =>
  fc.oneof({ weight: 6, arbitrary: fc.nat(60) }, fc.nat(most), fc.constantFrom(0, -1)).map(String);
/** Numbers with a few digits, which a float holds and a decimal of two places as well. */
const cents = fc.oneof(
  { weight: 4, arbitrary: fc.nat(60).map(String) },
  { weight: 2, arbitrary: fc.constantFrom('2640', '26.40', '26.4', '0.10', '0.5', '12.25', '99999.5') },
  { weight: 1, arbitrary: fc.constantFrom('0', '-1', '-2.50') },
);
const floats = fc.oneof({ weight: 5, arbitrary: cents }, fc.constantFrom('-0', '1e6', '4e1', '0.001'));
const doubles = fc.oneof(
  { weight: 5, arbitrary: floats },
  fc.constantFrom('1e20', '2.5e-7', 'NaN', 'Infinity', '-Infinity', '0.1', '1e15', '123456789.125'),
);

const cast = (type: string, texts: fc.Arbitrary<string>): Type => ({
  of: (text) => `CAST(${text} AS ${type})`,
  texts,
});
/** ClickHouse works out all branches: a call must do with the empty text as well. */
const called = (call: string, texts: fc.Arbitrary<string>, otherwise = '0'): Type => ({
  of: (text) => call.replace('?', `if(${text} = '', '${otherwise}', ${text})`),
  texts,
});

interface Types {
  /** SQL of a value, and NULL where a text is empty. */
  orNull: (text: string, value: string) => string;
  times: readonly Type[];
  numbers: readonly Type[];
  countries: readonly Type[];
}

const NAMES = fc.constantFrom('Peru', 'peru', 'Latvia', 'Perú', '中国', 'Costa Rica');
const STANDARD: Omit<Types, 'times'> = {
  orNull: (text, value) => `CASE WHEN ${text} <> '' THEN ${value} END`,
  numbers: [
    cast('SMALLINT', whole(32_767)),
    cast('INTEGER', whole(2_147_483_647)),
    cast('BIGINT', whole(Number.MAX_SAFE_INTEGER)),
    cast('DECIMAL(9, 2)', cents),
    cast('NUMERIC(30, 10)', cents),
    cast('REAL', floats),
    cast('DOUBLE PRECISION', doubles),
    cast('VARCHAR', doubles),
  ],
  countries: [cast('VARCHAR', NAMES), cast('VARCHAR(40)', NAMES)],
};

export const TYPES: Readonly<Record<'duckdb' | 'postgres' | 'clickhouse', Types>> = {
  duckdb: {
    ...STANDARD,
    numbers: [...STANDARD.numbers, cast('UINTEGER', fc.nat(60).map(String)), cast('HUGEINT', whole(60))],
    times: [
      cast('DATE', day(moments)),
      cast('TIMESTAMP', micros),
      cast('TIMESTAMP_S', second(moments)),
      cast('TIMESTAMP_MS', moments),
      cast('TIMESTAMP_NS', iso('1970-01-02', '2105-12-30')),
      cast('TIMESTAMPTZ', zoned),
      cast('VARCHAR', zoned),
    ],
    countries: [
      ...STANDARD.countries,
      cast("ENUM ('Peru', 'Latvia', '中国')", fc.constantFrom('Peru', 'Latvia', '中国')),
    ],
  },
  postgres: {
    ...STANDARD,
    numbers: [...STANDARD.numbers, cast('NUMERIC', doubles)],
    times: [
      cast('DATE', day(moments)),
      cast('TIMESTAMP', micros),
      cast('TIMESTAMP(0)', second(moments)),
      cast('TIMESTAMP(3)', moments),
      cast('TIMESTAMPTZ', zoned),
      cast('TEXT', zoned),
    ],
    countries: [...STANDARD.countries, cast('CHAR(20)', NAMES), cast('TEXT', NAMES)],
  },
  clickhouse: {
    orNull: (text, value) => `if(${text} = '', NULL, ${value})`,
    times: [
      called("toDateTime(?, 'UTC')", second(recent), '1970-01-02 00:00:00'),
      called('toDate(?)', day(recent), '1970-01-02'),
      called('?', zoned),
    ],
    numbers: [
      called('toInt32OrZero(?)', whole(2_147_483_647)),
      called('toUInt8OrZero(?)', fc.nat(255).map(String)),
      called('toInt64OrZero(?)', whole(Number.MAX_SAFE_INTEGER)),
      called('toFloat32(?)', floats),
      called('toFloat64(?)', doubles),
      called('toDecimal64(?, 2)', cents),
      called('?', doubles),
    ],
    countries: [called('?', NAMES), called('toFixedString(?, 20)', NAMES)],
  },
};

export interface TypedHistory {
  /** As core reads what the types hold. */
  rows: RawRow[];
  /** SQL of each column, from those of a table of text. */
  columns: readonly string[];
}

/** Histories whose columns have a type each, and nothing in a fifth of their fields. */
export function typedHistories(own: keyof typeof TYPES): fc.Arbitrary<TypedHistory> {
  const { orNull, times, numbers, countries } = TYPES[own];
  const typeOf = (field: Field) =>
    fc.constantFrom(
      ...(field === 'country_code'
        ? countries
        : field.endsWith('_ts') || field === 'timestamp'
          ? times
          : numbers),
    );
  return fc.tuple(...FIELDS.map(typeOf)).chain((types) => {
    const fields = types.map(({ texts }) => fc.oneof({ weight: 4, arbitrary: texts }, fc.constant('')));
    return fc.array(fc.tuple(...fields), { minLength: 50, maxLength: 200 }).map((rows) => ({
      rows: rows.map((row) => rawRow(row)),
      columns: FIELDS.map((field, at) => `${orNull(field, types[at]?.of(field) ?? field)} AS ${field}`),
    }));
  });
}
