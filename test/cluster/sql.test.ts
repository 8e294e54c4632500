import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../build/engines/clickhouse/database.ts';
import { countRows } from '../../build/engines/clickhouse/result.ts';
import { openServer } from '../../build/engines/clickhouse/server.ts';
import { SECONDS_TO_EPOCH } from '../../build/engines/clickhouse/sql/calendar.ts';
import { cubeQuery } from '../../build/engines/clickhouse/sql/cube.ts';
import { literal } from '../../build/engines/clickhouse/sql/literals.ts';
import type { Column, CubeSource } from '../../build/engines/clickhouse/sql/rules.ts';
import { Steps } from '../../build/engines/clickhouse/sql/steps.ts';
import { defineTextTime } from '../../build/engines/clickhouse/sql/time.ts';
import { defineWhole } from '../../build/engines/clickhouse/sql/whole.ts';
import { type Config, FIELDS } from '../../src/core/config/config.ts';
import { cubeLayout } from '../../src/core/cube/cube.ts';
import { PLAIN_NUMBERS, wholeReader } from '../../src/core/fields/numbers.ts';
import { parseTime } from '../../src/core/time.ts';
import { cubeOf, rawRow, shippedConfig } from '../support/histories.ts';
import { numberTexts, oddRows, timeTexts } from '../support/odd-rows.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { chdbMissing, isChdbInstalled, openEmbedded } from './support/chdb.ts';
import { factsOf } from './support/facts.ts';
import { freePorts, isServerInstalled, Server, serverMissing } from './support/server.ts';
import { fieldsOf, tabSeparated } from './support/tables.ts';

const readWhole = wholeReader(PLAIN_NUMBERS);
const golden = JSON.parse(readFileSync(new URL('../golden/meanings.json', import.meta.url), 'utf8'));
const folder = temporaryFolder();

/** A place where the query runs. `put` makes a table of rows of text, and returns what stands for it behind FROM. */
interface Place {
  title: string;
  isThere: boolean;
  open(): Promise<{ database: Database; put(columns: readonly string[], rows: string[][]): Promise<string> }>;
  close(): Promise<void>;
}

let tables = 0;
let server: Server | null = null;
let client: (Database & { close(): Promise<void> }) | null = null;

const places: Place[] = [
  {
    title: `ClickHouse in this process${chdbMissing}`,
    isThere: isChdbInstalled,
    async open() {
      return {
        database: await openEmbedded(),
        async put(columns, rows) {
          const path = folder.write(`table-${tables++}.tsv`, tabSeparated(rows));
          return `file(${literal(path)}, 'TSV', ${literal(structureOf(columns))})`;
        },
      };
    },
    async close() {},
  },
  {
    title: `a ClickHouse server${serverMissing}`,
    isThere: isServerInstalled,
    async open() {
      const [port = 0] = await freePorts(1);
      const started = await Server.start(port);
      server = started;
      client = await openServer(started.url, {});
      return {
        database: client,
        async put(columns, rows) {
          const name = `table_${tables++}`;
          await started.run(`CREATE TABLE ${name} (${structureOf(columns)}) ENGINE = Memory`);
          await started.run(`INSERT INTO ${name} FORMAT TabSeparated`, tabSeparated(rows));
          return name;
        },
      };
    },
    async close() {
      await client?.close();
      await server?.stop();
    },
  },
];

function structureOf(columns: readonly string[]): string {
  return columns.map((column) => `${column} String`).join(', ');
}

describe.each(places)('$title', ({ isThere, open, close }) => {
  let place: Awaited<ReturnType<Place['open']>>;
  beforeAll(async () => {
    if (isThere) place = await open();
  });
  afterAll(close);

  /** What a definition makes of texts, in their order. */
  async function evaluate(
    texts: readonly string[],
    define: (steps: Steps, text: string) => string,
  ): Promise<number[]> {
    const from = await place.put(
      ['place', 'text'],
      texts.map((text, index) => [String(index), text]),
    );
    const steps = new Steps(false);
    const index = steps.define('place', 'toUInt32(place)');
    const value = define(steps, steps.define('text', 'text'));
    const rows = await place.database.rows(
      `SELECT toString(${index}), toString(${value}) FROM ${steps.nested(from, [index, value])}`,
    );
    const values = new Map(rows.map(([at, text]) => [Number(at), Number(text)]));
    return texts.map((_, at) => values.get(at) ?? Number.NaN);
  }

  const timesOf = async (texts: readonly string[]) =>
    (await evaluate(texts, (steps, text) => defineTextTime(steps, 'time', text))).map((seconds) =>
      seconds < 0 ? null : seconds - SECONDS_TO_EPOCH,
    );
  const numbersOf = (texts: readonly string[]) =>
    evaluate(texts, (steps, text) => defineWhole(steps, 'number', text));

  it.runIf(isThere)('reads the times of the golden table, and no other', async () => {
    const valid: { text: string; seconds: number }[] = golden.times.valid;
    expect(await timesOf(valid.map(({ text }) => text))).toEqual(valid.map(({ seconds }) => seconds));
    // Trimming is not the golden table's, but the query's.
    const invalid = (golden.times.invalid as string[]).filter((text) => text === text.trim());
    expect(await timesOf(invalid)).toEqual(invalid.map(() => null));
  });

  it.runIf(isThere)('reads the whole numbers of the golden table, and no other', async () => {
    const { valid, invalid } = golden.whole_numbers;
    const found = await numbersOf(valid.map(({ text }: { text: string }) => text));
    valid.forEach(({ number }: { number: number }, index: number) => {
      expect(found[index]).toBe(number > 100_000 ? 1_000_000 : number);
    });
    expect(await numbersOf(invalid)).toEqual(invalid.map(() => -1));
  });

  it.runIf(isThere)('reads any text as a time to the second that core does', async () => {
    const texts = fc.sample(timeTexts, 20_000);
    const found = await timesOf(texts);
    expect(texts.map((text, at) => [text, found[at]])).toEqual(
      texts.map((text) => [text, parseTime(text.trim())]),
    );
  });

  it.runIf(isThere)(
    'reads any text as the whole number that core does, up to the last edge of a band',
    async () => {
      const texts = fc.sample(numberTexts, 20_000);
      const found = await numbersOf(texts);
      const capped = (number: number) => Math.min(number, 100_001);
      expect(texts.map((text, at) => [text, capped(found[at] ?? 0)])).toEqual(
        texts.map((text) => [text, capped(Math.max(readWhole(text), -1))]),
      );
    },
  );

  const goldenRows = golden.rows.map(({ row }: { row: string[] }) => rawRow(row));
  const amounts = [
    ...golden.amounts.valid.map(({ text }: { text: string }) => text),
    ...golden.amounts.invalid,
  ].map((amount: string) => rawRow(['2018-07-21', `amount ${amount}`, '2018-06-20', '', '1', amount]));

  it.runIf(isThere).each([
    ['the golden rows', () => goldenRows, shippedConfig()],
    ['the golden amounts, a country each', () => amounts, shippedConfig()],
    ['odd rows by month', () => fc.sample(oddRows, 20_000), shippedConfig()],
    ['odd rows by week', () => fc.sample(oddRows, 20_000), shippedConfig({ period: 'week' })],
    ['odd rows by day, every feature', () => fc.sample(oddRows, 20_000), featuresConfig()],
    ['one row', () => goldenRows.slice(0, 1), shippedConfig()],
    ['no row', () => [], shippedConfig()],
  ])('makes the same cube as core of %s', async (_, sample, config: Config) => {
    const rows = sample();
    const from = await place.put(FIELDS, rows.map(fieldsOf));
    const layout = cubeLayout(config);
    // Flat, as for a Distributed table, and nested, as for any other.
    const flat = server !== null;
    for (const distributed of flat ? [false, true] : [false]) {
      const { cube, rows: read } = countRows(
        await place.database.rows(cubeQuery(source(from, distributed), layout)),
        layout,
      );
      expect(read).toBe(rows.length);
      expect(factsOf(cube)).toEqual(factsOf(cubeOf(rows, config)));
    }
  });
});

function source(from: string, distributed: boolean): CubeSource {
  const columns = FIELDS.map((field): [string, Column] => [field, { kind: 'text', sql: field }]);
  return {
    from,
    columns: Object.fromEntries(columns) as CubeSource['columns'],
    restored: null,
    malformed: null,
    where: null,
    strange: null,
    distributed,
  };
}

/** Every feature, gaps, and edges beyond what a table of bands is written out for. */
function featuresConfig(): Config {
  const days = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ name: `day ${day}`, min: day, max: day }));
  return shippedConfig({
    period: 'day',
    combined: {},
    segments: {
      weekdays: { of: 'weekday', bands: days },
      hours: {
        of: 'hour',
        bands: [
          { name: 'early', min: 0, max: 11 },
          { name: 'late', min: 13, max: 22 },
        ],
      },
      orders: {
        of: 'total_orders',
        bands: [
          { name: 'many', min: 100_000 },
          { name: 'some', min: 1, max: 99_999 },
        ],
      },
      recency: {
        of: 'days_since_last_order',
        bands: [
          { name: 'old', min: 90_000 },
          { name: 'new', min: 0, max: 30_000 },
        ],
      },
      tenure: {
        of: 'days_since_first_order',
        bands: [
          { name: 'none', min: 0, max: 0 },
          { name: 'some', min: 2 },
        ],
      },
    },
  });
}
