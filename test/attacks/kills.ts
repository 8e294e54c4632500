import { join } from 'node:path';
import {
  type Attack,
  cleanRun,
  copy,
  difference,
  hasDone,
  inFolder,
  type Outcome,
  run,
  runWriter,
  snapshot,
  torn,
  type Writer,
} from './attack.ts';
import { WRITERS } from './writers.ts';

/** kill -9 at random moments. No file is torn, and the next run gives what it would have given. */
export const kills: Attack[] = WRITERS.map((writer) => ({
  name: `kill ${writer.name}`,
  about: 'kill -9 at random moments: no file is torn, and the next run gives what a clean one gives',
  run: (rounds) => inFolder((folder) => killAgainAndAgain(writer, folder, rounds)),
}));

async function killAgainAndAgain(writer: Writer, folder: string, rounds: number): Promise<Outcome> {
  const { start, before, after, milliseconds } = await cleanRun(writer);
  const fell: string[] = [];
  const longest = writer.ends === undefined ? milliseconds * 1.1 : 3_000;
  let tried = 0;
  // The second half goes on where the kill left off, as a machine does that has died more than once.
  const place = join(folder, 'place');
  for (let round = 0; round < rounds; round++) {
    if (round === 0 || round < rounds / 2) copy(start, place);
    const killAfter = longest * (0.1 + 0.9 * Math.random());
    await runWriter(writer, place, { killAfter });
    tried++;
    const wrong = torn(snapshot(place, writer.outputs), before, after);
    if (wrong.length > 0) fell.push(`after ${killAfter.toFixed(0)} ms: ${wrong.join(', ')}`);
    if (writer.reader !== undefined) {
      const { code, err } = await run(writer.reader(place));
      if (code !== 0) fell.push(`after ${killAfter.toFixed(0)} ms it cannot be read: ${err.slice(0, 300)}`);
    }
    // A next run costs as much as the kill.
    if (round % 5 !== 0 && round !== rounds - 1) continue;
    const { code, err } = await runWriter(writer, place);
    const other = difference(after, snapshot(place, writer.outputs));
    if (!hasDone(writer, code)) fell.push(`the run after it ended with ${code}: ${err.slice(0, 300)}`);
    else if (other !== '') fell.push(`the run after it gives other files: ${other}`);
  }
  return { tried, fell };
}
