import { Unzip, UnzipInflate } from 'fflate';
import { DataError } from '../../src/core/errors.ts';

/** What a Mac and others put beside the files of an archive. */
const BESIDE = /(?:^|\/)(?:__MACOSX\/|\.|_)|\/$/;

/**
 * Unpacks a ZIP archive with one file in it, a piece at a time.
 *
 * @throws DataError for an archive with another number of files, for a workbook, and for one that is damaged or encrypted
 */
export async function* unzipped(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const out: Buffer[] = [];
  const names: string[] = [];
  let failed: Error | null = null;
  let ended = false;
  const unzip = new Unzip((file) => {
    if (file.name === '[Content_Types].xml' || file.name.startsWith('xl/')) throw new DataError(WORKBOOK);
    if (BESIDE.test(file.name)) return;
    names.push(file.name);
    if (names.length > 1) {
      throw new DataError(
        `expected one file in the ZIP archive, found ${names.map(quote).join(', ')} and perhaps more: unpack it into a folder`,
      );
    }
    file.ondata = (error, data, final) => {
      if (error) failed = error;
      else out.push(Buffer.from(data));
      ended ||= final;
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    for await (const piece of stored) {
      unzip.push(piece);
      if (failed) throw failed;
      yield* out.splice(0);
    }
    unzip.push(new Uint8Array(0), true);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`its ZIP archive is cut short, damaged or encrypted (${(error as Error).message})`, {
      cause: error,
    });
  }
  yield* out.splice(0);
  if (names.length === 0) throw new DataError('expected a file in the ZIP archive, found none');
  if (!ended) throw new DataError('its ZIP archive is cut short');
}

const WORKBOOK = 'expected CSV or Parquet, found an Excel workbook (.xlsx): save the sheet as CSV UTF-8';

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}
