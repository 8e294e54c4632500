import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { spawnSync } from '../support/children.ts';
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

/** Where a failure was not told in a sentence: a stack, or that it should be reported. */
// What workerd itself says before our sentence, "*** Uncaught exception ***", cannot be kept from the terminal.
const NO_SENTENCE = /\n +at |please report|(?<!\*\*\* )uncaught/i;

/** Each command on a disk of ever more room, from none to enough. */
async function fillDisk(writer: Writer, folder: string, rounds: number): Promise<Outcome> {
  const fell: string[] = [];
  const { start, before, after } = await cleanRun(writer);
  const place = join(folder, 'place');
  mkdirSync(place);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', place]);
  if (mounted.status !== 0) return { tried: 0, fell, skipped: 'nothing may be mounted here' };
  try {
    for (let round = 0; round < rounds; round++) {
      spawnSync('sh', ['-c', `rm -rf ${place}/* && cp -a ${start}/. ${place}/`]);
      const filler = join(place, 'filler');
      spawnSync('sh', ['-c', `cat /dev/zero > ${filler} 2>/dev/null`]);
      // From a page of room to more than any command takes, closer at the start.
      const room = Math.round(4096 * (8 << 10) ** (round / rounds));
      spawnSync('truncate', ['-s', `-${room}`, filler]);
      const { code, err } = await runWriter(writer, place);
      const now = snapshot(place, writer.outputs);
      const words = `with ${room} bytes of room`;
      const wrong = torn(now, before, after);
      if (wrong.length > 0) fell.push(`${words}: ${wrong.join(', ')} torn`);
      if (hasDone(writer, code)) {
        if (writer.ends === undefined && difference(now, after) !== '')
          fell.push(`${words}: it says that all is well`);
      } else if (NO_SENTENCE.test(err) || err.trim() === '')
        fell.push(`${words}: ended with ${code}: ${err.slice(0, 400)}`);
    }
  } finally {
    spawnSync('umount', ['-l', place]);
  }
  return { tried: rounds, fell };
}

/** Each command with few files that may be open at once. Node itself needs some 20. */
async function fewFiles(writer: Writer, folder: string, rounds: number): Promise<Outcome> {
  const fell: string[] = [];
  const { start, before, after } = await cleanRun(writer);
  const place = join(folder, 'place');
  const limits = Array.from({ length: Math.min(rounds, 24) }, (_, round) => 20 + round * 2);
  for (const limit of limits) {
    copy(start, place);
    const shell = ['sh', '-c', `ulimit -n ${limit}; exec "$0" "$@"`];
    const { code, signal, err } = await runWriter(
      { ...writer, line: (at) => [...shell, ...writer.line(at)] },
      place,
    );
    const now = snapshot(place, writer.outputs);
    const wrong = torn(now, before, after);
    if (wrong.length > 0) fell.push(`with ${limit} files: ${wrong.join(', ')} torn`);
    const isNode = signal !== null || /epoll|node::|uv_|Fatal|workerd\//i.test(err);
    if (hasDone(writer, code)) {
      if (writer.ends === undefined && difference(now, after) !== '')
        fell.push(`with ${limit} files it says that all is well`);
    } else if (!isNode && limit >= 32 && NO_SENTENCE.test(err))
      fell.push(`with ${limit} files: ${err.slice(0, 400)}`);
  }
  return { tried: limits.length, fell };
}

/** Two of each command at once in one folder. Both may end well, or one of them says what is wrong. */
async function together(writer: Writer, folder: string, rounds: number): Promise<Outcome> {
  const fell: string[] = [];
  const { start, after } = await cleanRun(writer);
  const place = join(folder, 'place');
  for (let round = 0; round < rounds; round++) {
    copy(start, place);
    const both = await Promise.all([runWriter(writer, place), runWriter(writer, place)]);
    for (const { code, err } of both) {
      if (!hasDone(writer, code) && (NO_SENTENCE.test(err) || err.trim() === ''))
        fell.push(`one ended with ${code}: ${err.slice(0, 400)}`);
    }
    const other = difference(after, snapshot(place, writer.outputs));
    if (other !== '') fell.push(`both give other files than one: ${other}`);
  }
  return { tried: rounds, fell };
}

/** gzip of gigabytes of zeros as a history. */
async function bomb(folder: string, gigabytes: number): Promise<Outcome> {
  const fell: string[] = [];
  const path = join(folder, 'zeros.csv.gz');
  const gzip = createGzip({ level: 1 });
  const written = once(gzip.pipe(createWriteStream(path)), 'close');
  gzip.write('timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n');
  const zeros = Buffer.alloc(1 << 20);
  for (let mebibytes = 0; mebibytes < gigabytes * 1024; mebibytes++) {
    if (!gzip.write(zeros)) await once(gzip, 'drain');
  }
  gzip.end();
  await written;
  for (const engine of ['stream', 'threads']) {
    const args = ['--input', path, '--out', join(folder, 'out'), '--engine', engine];
    const line = [process.execPath, '--max-old-space-size=512', 'build/commands/build-artifact.ts', ...args];
    const { code, err } = await run(['sh', '-c', 'ulimit -v 8000000; exec "$0" "$@"', ...line]);
    if (code !== 1 || NO_SENTENCE.test(err)) fell.push(`${engine} ended with ${code}: ${err.slice(0, 400)}`);
  }
  return { tried: 2, fell };
}

/** Another history takes the place of the one that is read, again and again: a build is of one of them, or refuses. */
async function replaced(folder: string, rounds: number): Promise<Outcome> {
  const fell: string[] = [];
  const [history, out] = [join(folder, 'history.csv'), join(folder, 'out')];
  const header = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n';
  const texts = ['Peru', 'Latvia'].map(
    (country, at) =>
      header + `2018-07-21,${country},2018-04-20,2017-01-01,${at + 1},4400\n`.repeat(400_000 + at * 50_000),
  );
  const line = [
    process.execPath,
    'build/commands/build-artifact.ts',
    '--input',
    history,
    '--out',
    out,
    '--json',
  ];
  for (let round = 0; round < rounds; round++) {
    const text = (at: number) => texts[(round + at) % 2] ?? '';
    writeFileSync(history, text(0));
    const running = run([...line]);
    const inPlace = round % 2 === 0;
    const timer = setTimeout(
      () => {
        const other = join(folder, 'other.csv');
        if (inPlace) writeFileSync(history, text(1));
        else {
          writeFileSync(other, text(1));
          spawnSync('mv', [other, history]);
        }
      },
      200 + Math.random() * 1_500,
    );
    const { code, err } = await running;
    clearTimeout(timer);
    if (code !== 0) {
      if (NO_SENTENCE.test(err)) fell.push(`ended with ${code}: ${err.slice(0, 300)}`);
      continue;
    }
    const { quality, countries } = JSON.parse(spawnSync('cat', [join(out, 'current.json')]).stdout);
    const rows = quality?.rows_kept;
    if (![400_000, 450_000].includes(rows))
      fell.push(`a build of ${rows} rows: ${Object.keys(countries ?? {})}`);
  }
  return { tried: rounds, fell };
}

const each = (what: string, about: string, attack: typeof together): Attack[] =>
  WRITERS.map((writer) => ({
    name: `${what} ${writer.name}`,
    about,
    run: (rounds) => inFolder((folder) => attack(writer, folder, rounds)),
  }));

export const limits: Attack[] = [
  ...each('disk', 'a disk of ever more room: a sentence, and no torn file', (writer, folder, rounds) =>
    fillDisk(writer, folder, Math.ceil(rounds / 8)),
  ),
  ...each('files', 'ulimit -n from 20 to 66: a sentence, and no torn file', (writer, folder, rounds) =>
    fewFiles(writer, folder, Math.ceil(rounds / 8)),
  ),
  ...each('together', 'two at once in one folder', (writer, folder, rounds) =>
    together(writer, folder, Math.ceil(rounds / 10)),
  ),
  {
    name: 'bomb build',
    about: 'gzip of gigabytes of zeros as a history, one for 20 rounds: refused, with little memory',
    run: (rounds) => inFolder((folder) => bomb(folder, rounds / 20)),
  },
  {
    name: 'replace build',
    about: 'a history that is replaced while it is read: the build is of one of them, or refuses',
    run: (rounds) => inFolder((folder) => replaced(folder, Math.ceil(rounds / 8))),
  },
];
