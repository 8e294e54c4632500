import { Unzip, UnzipInflate } from 'fflate';
import { concat } from '../core/concat.ts';
import { DataError } from '../core/errors.ts';
import { shown } from '../core/shown.ts';
import { crc32, FIRST_CRC } from './crc32.ts';
import { inSlices, SLICE } from './slices.ts';

/** What a Mac and others put beside the files of an archive. */
const BESIDE = /(?:^|\/)(?:__MACOSX\/|\.|_)|\/$/;

/**
 * Unpacks a ZIP archive with one file in it, a piece at a time, and checks the file by its CRC-32.
 *
 * @throws DataError for an archive with another number of files, for a workbook, and for one that is damaged or encrypted
 */
export async function* unzipped(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const out: Uint8Array<ArrayBuffer>[] = [];
  const names: string[] = [];
  let failed: Error | null = null;
  let ended = false;
  let crc = FIRST_CRC;
  /** The last bytes of the archive, which have its table of contents. */
  let tail = new Uint8Array(0);
  const unzip = new Unzip((file) => {
    if (WORKBOOK.test(file.name)) throw new DataError(SAVE_AS_CSV);
    if (BESIDE.test(file.name)) return;
    names.push(file.name);
    if (names.length > 1) {
      throw new DataError(
        `expected one file in the ZIP archive, found ${names.map(shown).join(', ')} and perhaps more: unpack it into a folder`,
      );
    }
    if (!METHODS.has(file.compression)) {
      throw new DataError(
        `its ZIP archive is compressed by method ${file.compression}, and only Deflate is read: pack it again, or unpack it`,
      );
    }
    file.ondata = (error, data, final) => {
      if (error) failed = error;
      else {
        crc = crc32(data, crc);
        out.push(data as Uint8Array<ArrayBuffer>);
      }
      ended ||= final;
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  async function* noted() {
    let isFirst = true;
    for await (const piece of stored) {
      // A flag of the first file (APPNOTE.TXT, 4.4.4).
      if (isFirst && ((piece[6] ?? 0) & 1) === 1) throw new DataError(ENCRYPTED);
      isFirst = false;
      yield piece;
      tail = ended || piece.length < TAIL ? concat([tail.subarray(-TAIL), piece]) : piece.slice(-TAIL);
    }
  }
  try {
    yield* inSlices(noted(), [SLICE, 512], out, (slice) => {
      unzip.push(slice);
      if (failed) throw failed;
    });
    unzip.push(new Uint8Array(0), true);
  } catch (error) {
    if (error instanceof DataError) throw error;
    // A TypeError is about the library's own code.
    const why = error instanceof TypeError ? '' : ` (${(error as Error).message})`;
    throw new DataError(`its ZIP archive is cut short or damaged${why}`, { cause: error });
  }
  yield* out.splice(0);
  const [name] = names;
  if (name === undefined) throw new DataError('expected a file in the ZIP archive, found none');
  if (!ended) throw new DataError('its ZIP archive is cut short');
  const stored32 = crcOf(name, tail);
  if (stored32 === null)
    throw new DataError('its ZIP archive is cut short: its table of contents is missing');
  if (stored32 !== ~crc >>> 0)
    throw new DataError('its ZIP archive is damaged: what it holds has another checksum');
}

/** Stored as it is, and Deflate (APPNOTE.TXT, 4.4.5). */
const METHODS: ReadonlySet<number> = new Set([0, 8]);

/** What a workbook, or another document of an office program, has in its archive: of .xlsx, .ods and .numbers. */
const WORKBOOK = /^(?:\[Content_Types\]\.xml$|_rels\/|docProps\/|xl\/|mimetype$|Index\/.*\.iwa$)/;
const SAVE_AS_CSV =
  'expected CSV or Parquet, found a workbook (.xlsx, .ods or .numbers): save the sheet as CSV UTF-8';

const ENCRYPTED = 'its ZIP archive is encrypted: unpack it with its password';

/** Bytes at the end in which the table of contents of one file, and of what is beside it, is looked for. */
const TAIL = 64 * 1024;
/** The start of an entry in it, and where that has a CRC-32, the length of the name and the name (APPNOTE.TXT, 4.3.12). */
const ENTRY = 0x02014b50;
const [CRC_AT, LENGTH_AT, NAME_AT] = [16, 28, 46] as const;

/** The CRC-32 that the table of contents has for a file; null where it has none. */
function crcOf(name: string, tail: Uint8Array): number | null {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  const wanted = new TextEncoder().encode(name).length;
  let found: number | null = null;
  for (let at = 0; at + NAME_AT <= tail.length; at++) {
    if (tail[at] !== 0x50 || view.getUint32(at, true) !== ENTRY) continue;
    const length = view.getUint16(at + LENGTH_AT, true);
    const bytes = tail.subarray(at + NAME_AT, at + NAME_AT + length);
    // A name that says nothing of its encoding is in one of the writer's choice.
    const isForeign = length !== wanted && bytes.some((byte) => byte >= 128);
    if (isForeign || new TextDecoder().decode(bytes) === name) found ??= view.getUint32(at + CRC_AT, true);
  }
  return found;
}
