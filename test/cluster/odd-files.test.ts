import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../build/engines/engine.ts';
import { stream } from '../../build/engines/stream.ts';
import { threadsEngine } from '../../build/engines/threads.ts';
import { csvFields } from '../../build/files/csv.ts';
import type { InputFile } from '../../build/read/file.ts';
import { expandInputs } from '../../build/read/inputs.ts';
import type { Config } from '../../src/core/config/config.ts';
import { qualityOf } from '../../src/core/cube/cube.ts';
import { cubeText } from '../../src/core/cube/cube-json.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import type { Notes } from '../../src/core/history/unread.ts';
import { countFile } from '../../src/ingest/count.ts';
import { ensureDigestStream } from '../../src/server/digest-stream.ts';
import { cubeOf, rawRow, shippedConfig } from '../support/histories.ts';
import { oddCsv, oddJson, withBadBytes } from '../support/odd-files.ts';
import { oddRows } from '../support/odd-rows.ts';
import { temporaryFolder } from '../unit/support/files.ts';
import { inThisThread } from '../unit/support/threads.ts';
import { fieldsOf } from './support/tables.ts';

/** The same rows in files of all forms: whatever reads them makes the same cube of them. */

const folder = temporaryFolder();
const config = shippedConfig();
let files = 0;

async function byEngine(engine: Engine, inputs: readonly InputFile[], own = config) {
  return await engine({ config: own, inputs, rejects: null, onProgress() {} });
}

function input(name: string, content: string | Uint8Array): InputFile {
  const path = folder.write(`${files++}-${name}`, content);
  return { path, name, size: statSync(path).size, named: true };
}

interface Made {
  cube: string;
  notes: Pick<Notes, 'unread' | 'malformed'> | undefined;
}
type Road = (name: string, content: string | Uint8Array, own?: Config) => Promise<Made>;

const throughEngine =
  (engine: Engine): Road =>
  async (name, content, own) => {
    const { cube, reports } = await byEngine(engine, [input(name, content)], own);
    const notes = reports[0]?.notes;
    return { cube: cubeText(cube), notes: notes && { unread: notes.unread, malformed: notes.malformed } };
  };
const upload: Road = async (_, content, own = config) => {
  const bytes = Buffer.from(content);
  const body = () =>
    new Response(bytes).body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array<ArrayBuffer>>;
  const object = { key: 'k', etag: 'e', size: bytes.length, uploaded: new Date(0), text: async () => '' };
  const counted = await countFile({ ...object, body: body() }, own).catch(() =>
    countFile({ ...object, body: body() }, own, true),
  );
  const { unread, malformed } = counted.notes;
  return { cube: cubeText(counted.cube), notes: { unread, malformed } };
};
const ROADS: [string, Road][] = [
  ['stream', throughEngine(stream)],
  ['threads', throughEngine(threadsEngine({ block: 2_048, threads: 2, worth: 0, start: inThisThread }))],
  ['an upload', upload],
];

/** Rows as any file can hold them. */
const rows = fc.sample(oddRows, 2_000).filter((row) => !/[\0\r]/.test(fieldsOf(row).join('')));
const records = rows.map(fieldsOf);
const expected = cubeText(cubeOf(rows, config));

/** As many rows as each setting is tried with. */
const SOME = 600;
/** Settings of numbers, each of which reads some of the rows in another way. */
const NUMBERS = [
  { decimal: ',', grouping: '.', currency_signs: ['€', 'EUR'] },
  { decimal: '.', grouping: ',', currency_signs: ['USD'] },
  { decimal: ',', grouping: ' ' },
  { decimal: '.', grouping: "'" },
];

const MONTHS = ['Jan', 'Feb', 'March', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'December'];
/** Days in each format of the config. */
const TIMES: Record<string, (day: string) => string> = {
  epoch_seconds: (day) => String(Date.parse(day) / 1000),
  epoch_milliseconds: (day) => String(Date.parse(day)),
  epoch_microseconds: (day) => `${Date.parse(day)}000`,
  excel_serial: (day) => String(Date.parse(day) / 86_400_000 + 25_569),
  day_month_year: (day) => `${day.split('-').reverse().join('.')} 1:05`,
  month_day_year: (day) => day.replace(/(.*)-(.*)-(.*)/, '$2/$3/$1 11:05 PM'),
  year_month_day: (day) => `${day.replaceAll('-', '')}T100000`,
  month_name: (day) => day.replace(/(.*)-(.*)-(.*)/, (_, y, m, d) => `${MONTHS[m - 1]} ${Number(d)}, ${y}`),
};

beforeAll(ensureDigestStream);

describe.each(ROADS)(
  '%s makes of a file, in whatever form it is written, the cube of its rows',
  (_, road) => {
    const counts = async (name: string, content: string | Uint8Array) =>
      expect((await road(name, content)).cube).toBe(expected);

    it.each(Array.from({ length: 6 }, (_, at) => at))('CSV of form %d', async () => {
      await counts('odd.csv', oddCsv(records));
    });

    it('UTF-16', async () => {
      await counts('odd.csv', Buffer.from(`\ufeff${oddCsv(records)}`, 'utf16le'));
    });

    it('members of gzip with zeros between them, cut anywhere', async () => {
      const bytes = Buffer.from(oddCsv(records));
      const parts = [0, 1, 70_001, 70_001, bytes.length - 3].map((start, at, starts) =>
        gzipSync(bytes.subarray(start, starts[at + 1] ?? bytes.length)),
      );
      await counts('odd.csv.gz', Buffer.concat(parts.flatMap((part) => [part, Buffer.alloc(512)])));
    });

    it('frames of zstd, cut anywhere', async () => {
      const bytes = Buffer.from(oddCsv(records));
      const parts = [0, 5, 90_001].map((start, at, starts) =>
        zstdCompressSync(bytes.subarray(start, starts[at + 1] ?? bytes.length)),
      );
      await counts('odd.csv.zst', Buffer.concat(parts));
    });

    it('frames of zstd, with others between them that are skipped', async () => {
      const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
      const [header, ...lines] = oddCsv(records).split(/(?<=\n)/);
      const frames = [header, lines.join('')].map((part) => zstdCompressSync(Buffer.from(part ?? '')));
      await counts('odd.csv.zst', Buffer.concat(frames.flatMap((frame) => [skipped, frame])));
    });

    it('a ZIP archive', async () => {
      await counts('odd.csv.zip', zipSync({ 'odd.csv': Buffer.from(oddCsv(records)) }));
    });

    it('CSV with bytes that are not UTF-8 in columns that are not read', async () => {
      const bytes = withBadBytes(oddCsv(records));
      expect(bytes.includes(0xff)).toBe(true);
      await counts('odd.csv', bytes);
    });

    it.each([0, 1])('JSON lines of form %d', async () => {
      await counts('odd.ndjson', oddJson(records));
    });

    it.each(NUMBERS)('CSV with numbers of %j', async (numbers) => {
      const own = shippedConfig({ numbers });
      const right = cubeText(cubeOf(rows.slice(0, SOME), own));
      expect((await road('odd.csv', oddCsv(records.slice(0, SOME)), own)).cube).toBe(right);
    });

    it.each(Object.entries(TIMES))('CSV with times of %s', async (format, form) => {
      const own = shippedConfig({ times: { format } });
      const timed = records
        .slice(0, SOME)
        .map((fields) =>
          fields.map((field, at) => (/^\d{4}(?:-\d\d){2}$/.test(field) && at !== 1 ? form(field) : field)),
        );
      const right = cubeOf(timed.map(rawRow), own);
      expect(qualityOf(right.countries.values()).rows_kept).toBeGreaterThan(50);
      expect((await road('odd.csv', oddCsv(timed), own)).cube).toBe(cubeText(right));
    });
  },
);

const engines: [string, Engine][] = [
  ['stream', stream],
  ['threads', threadsEngine({ block: 4_096, threads: 2, worth: 0, start: inThisThread })],
];

it.each(engines)('%s takes the country from the folder that a file is in', async (name, engine) => {
  const top = join(folder.path, `hive-${name.slice(0, 6)}`);
  const ofCountry = Map.groupBy(records, ([, country = '']) => country);
  for (const [country, group] of ofCountry) {
    const value = country === '' ? '__HIVE_DEFAULT_PARTITION__' : encodeURIComponent(country);
    mkdirSync(join(top, `Country_Code=${value}`), { recursive: true });
    const columns = FIELDS.filter((field) => field !== 'country_code').join(',');
    const lines = group.map((fields) => csvFields(fields.toSpliced(1, 1)));
    folder.write(
      `hive-${name.slice(0, 6)}/Country_Code=${value}/part-0.csv`,
      `${columns}\n${lines.join('\n')}\n`,
    );
  }
  // What programs keep for themselves, and what is no data.
  for (const [path, content] of [
    ['_temporary/0/part-0.csv', 'left over'],
    ['_delta_log/0.json', '{}'],
    ['.part-0.csv.crc', 'crc'],
    ['_SUCCESS', ''],
    ['part-1.csv', ''],
    ['README.txt', 'Exported by the shop.\n'],
    ['history.xlsx', 'PK'],
  ] as const)
    folder.write(`hive-${name.slice(0, 6)}/${path}`, content);
  const { cube } = await byEngine(engine, await expandInputs([top]));
  expect(cubeText(cube)).toBe(expected);
});

it('lines that are no rows are counted alike on every road, with the first of them', async () => {
  const broken = [
    'one field',
    '"a quote that is never closed',
    'a,b,c,d,e,f,g,h,i,j,k',
    '"x""y" z",1,2',
    ',;|\t,;|\t',
  ];
  for (let round = 0; round < 8; round++) {
    const text = oddCsv(records.slice(0, 700), broken);
    const [first, ...others] = await Promise.all(
      ROADS.map(async ([, road]) => await road('broken.csv', text)),
    );
    expect(first?.notes?.malformed?.rows).toBeGreaterThan(50);
    // Of values that cannot be read few examples are kept, and which depends on where a file is cut.
    const counted = (made: Made | undefined) => [made?.cube, made?.notes?.malformed];
    for (const other of others) expect(counted(other)).toEqual(counted(first));
  }
});
