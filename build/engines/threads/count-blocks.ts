import { Cube, cubeLayout } from '../../../src/core/cube/cube.ts';
import { addNotes, noNotes } from '../../../src/core/history/unread.ts';
import type { InputFile } from '../../read/file.ts';
import { countFile } from '../count-file.ts';
import type { CountedFile, Job } from '../engine.ts';
import type { BlockFile } from './blocks.ts';
import type { Workers } from './pool.ts';
import { AT_A_RECORD, type Block, type Part } from './protocol.ts';

/**
 * Has the blocks of one file counted.
 *
 * Where a record starts cannot be told from a block alone: a line end may be quoted. So each block is counted
 * on the supposition that a record starts where it does, and settled when the block before it is: its reader then
 * tells its position. Where that is in the middle of a record, the block is counted again from there. A reader
 * knows nothing of the past but its standing, so that the count is the one of a reader that reads on.
 *
 * A block of JSON lines is a file of its own: no line end is inside of an object. What speaks against a block may be no
 * fault of the file, which is then read as a whole.
 *
 * @param add notes how a block is settled, when all before it are
 * @returns what they come to, to be called when all are settled
 */
export async function countBlocks(
  file: InputFile,
  blocks: BlockFile,
  job: Job,
  workers: Workers,
  add: (settle: () => Promise<void>) => Promise<void>,
): Promise<() => CountedFile | Promise<CountedFile>> {
  const cube = new Cube(cubeLayout(job.config));
  const notes = noNotes();
  /** The state of the reader after the settled blocks. */
  let standing = AT_A_RECORD;
  let isDoubtful = false;
  const done = { bytes: 0, rows: 0 };

  try {
    for (let block = await blocks.next(); block !== null && !isDoubtful; block = await blocks.next()) {
      const supposed = workers.run({ file, block });
      const settled = settle.bind(null, block, supposed);
      await add(blocks.isJson ? () => settled().catch(doubt) : settled);
    }
  } finally {
    await blocks.close();
  }
  return async () => {
    if (!isDoubtful && !(blocks.isJson && done.rows === 0)) return { cube, sha256: blocks.digest(), notes };
    job.onProgress(-done.bytes, -done.rows);
    return await countFile(file, job);
  };

  function doubt(): void {
    isDoubtful = true;
  }

  async function settle(block: Block, supposed: Promise<Part>): Promise<void> {
    const from = standing;
    const again = async () => ({
      counted: await workers.run({ file, block: { ...block, from } }),
      before: 0,
    });
    // An error is to name the line of the file.
    const { counted, before } =
      from.rest === ''
        ? await supposed.then((counted) => ({ counted, before: from.line - AT_A_RECORD.line }), again)
        : await again();
    cube.merge(counted.cube);
    addNotes(notes, counted.notes, before);
    standing = { rest: counted.to.rest, line: counted.to.line + before };
    done.bytes += block.bytes.length;
    done.rows += counted.rows;
    job.onProgress(block.bytes.length, counted.rows);
    blocks.recycle(block.bytes);
    for (const reject of counted.rejects) job.rejects?.write({ ...reject, line: reject.line + before });
    await job.rejects?.drained();
  }
}
