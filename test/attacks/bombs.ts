import { once } from 'node:events';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { constants, createGzip, deflateRawSync } from 'node:zlib';
import { CUSTOMER, until } from './asking.ts';
import { type Attack, inFolder, type Outcome } from './attack.ts';
import { ADMIN, JSON_TYPE, PLACES, type Place, type Running, watchMemory } from './running.ts';

const HEADER = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n';
const MEBIBYTE = 1 << 20;

/** The same piece again and again in gzip or in a ZIP archive: compressed once, and written many times. */
function deflated(format: 'gzip' | 'zip', head: string, piece: Buffer, times: number): Buffer {
  const options = { level: 9, finishFlush: constants.Z_FULL_FLUSH };
  const body = [deflateRawSync(head, options), ...Array(times).fill(deflateRawSync(piece, options))];
  body.push(deflateRawSync(Buffer.alloc(0)));
  // The checksum comes after what is unpacked; by then the bomb has gone off.
  if (format === 'gzip') {
    return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), ...body, Buffer.alloc(8)]);
  }
  const name = Buffer.from('zeros.csv');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(8, 6);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  return Buffer.concat([local, name, ...body, Buffer.alloc(64)]);
}

/** zstd of one byte that is repeated: four bytes unpack to 128 KiB (RFC 8878, 3.1.1.2). */
function zstd(head: string, byte: number, mebibytes: number): Buffer {
  const raw = Buffer.from(head);
  const block = (type: number, size: number) => {
    const bytes = Buffer.alloc(3);
    bytes.writeUIntLE((type << 1) | (size << 3), 0, 3);
    return bytes;
  };
  const repeated = Buffer.concat([block(1, 128 * 1024), Buffer.from([byte])]);
  // A window of 8 MiB, and no length of the whole.
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3]);
  return Buffer.concat([frame, block(0, raw.length), raw, ...Array(mebibytes * 8).fill(repeated)]);
}

/** Files of a few megabytes or less that unpack to gigabytes: of zeros, and of empty lines below a header. */
function bombs(gigabytes: number): [name: string, content: Buffer][] {
  const mebibytes = Math.ceil(gigabytes * 1024);
  return (['zeros', 'lines'] as const).flatMap((kind): [string, Buffer][] => {
    const [head, byte] = kind === 'zeros' ? ['', 0] : [HEADER, 0x0a];
    const piece = Buffer.alloc(MEBIBYTE, byte);
    return [
      [`${kind}.csv.gz`, deflated('gzip', head, piece, mebibytes)],
      [`${kind}.zip`, deflated('zip', head, piece, mebibytes)],
      [`${kind}.csv.zst`, zstd(head, byte, mebibytes)],
    ];
  });
}

/** Sends a file. @returns the status and what was said, or how the connection ended */
function send(running: Running, method: string, path: string, content: Buffer, headers: object) {
  return new Promise<string>((resolve) => {
    const options = { method, agent: false, headers: { ...headers, 'content-length': content.length } };
    const sent = request(running.origin + path, options);
    const over = (outcome: string) => {
      sent.destroy();
      resolve(outcome);
    };
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text = (text + piece).slice(0, 500);
      });
      response.on('end', () => over(`${response.statusCode} ${text}`));
      response.on('error', (error) => over(error.message));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => over(error.code ?? error.message));
    sent.end(content);
  });
}

async function ask({ origin }: Running): Promise<number> {
  const answer = await fetch(`${origin}/voucher`, { method: 'POST', headers: JSON_TYPE, body: CUSTOMER });
  await answer.text();
  return answer.status;
}

/** What GET /uploads says of a file, when it has been looked at. */
async function fate({ origin }: Running, name: string): Promise<string> {
  let reasons: string[] = [];
  await until(async () => {
    const { uploads } = (await (await fetch(`${origin}/uploads`, { headers: ADMIN })).json()) as {
      uploads: { name: string; state: string; reasons: string[] }[];
    };
    const found = uploads.find((upload) => upload.name === name);
    if (found === undefined || found.state === 'new') return false;
    reasons = [found.state, ...found.reasons];
    return true;
  }, 300_000);
  return reasons.join(': ');
}

/** A bomb of each kind as an upload, and as the body of each POST. */
async function throwBombs(place: Place, folder: string, gigabytes: number): Promise<Outcome> {
  const fell: string[] = [];
  const running = await place.run(folder);
  const memory = watchMemory(running);
  let tried = 0;
  try {
    const files = bombs(gigabytes);
    for (const [name, content] of files) {
      tried++;
      const put = await send(running, 'PUT', `/uploads/${name}`, content, ADMIN);
      if (!put.startsWith('202')) fell.push(`PUT ${name}: ${put}`);
      const found = await fate(running, name);
      // A small one is read to its end, which is missing.
      if (!/^unreadable: (?:expected|its) /.test(found)) fell.push(`${name} is ${found || 'not looked at'}`);
    }
    const zeros = files[0]?.[1] ?? Buffer.alloc(0);
    for (const [path, type, expected] of [
      ['/voucher', 'application/json', /^413|EPIPE|ECONNRESET/],
      ['/vouchers', 'application/json', /^413|EPIPE|ECONNRESET/],
      ['/vouchers', 'application/x-ndjson', /^200.*line_too_long/],
    ] as const) {
      tried++;
      const headers = { 'content-type': type, 'content-encoding': 'gzip' };
      const outcome = await send(running, 'POST', path, zeros, headers);
      if (!expected.test(outcome)) fell.push(`POST ${path} with ${type}: ${outcome}`);
    }
    if ((await ask(running)) !== 200) fell.push('it no longer answers');
    fell.push(...memory.beyond(place));
  } finally {
    memory.stop();
    await running.kill();
  }
  return { tried, fell, note: memory.note() };
}

/** Writes so many megabytes of rows to a file of gzip. */
async function writeRows(path: string, megabytes: number): Promise<void> {
  const gzip = createGzip({ level: 1 });
  const written = once(gzip.pipe(createWriteStream(path)), 'close');
  gzip.write(HEADER);
  const two = (value: number) => String(value).padStart(2, '0');
  const row = (at: number) =>
    `2018-07-${two(1 + (at % 28))} 10:00:${two(at % 60)},${['Peru', 'Latvia', 'China'][at % 3]},2018-05-01,2017-03-01 00:00:00,${at % 90},${20 + (at % 4)}\n`;
  const piece = Array.from({ length: 15_000 }, (_, at) => row(at)).join('');
  for (let bytes = piece.length; bytes < megabytes << 20; bytes += piece.length) {
    if (!gzip.write(piece)) await once(gzip, 'drain');
  }
  gzip.end();
  await written;
}

/** Hundreds of megabytes of rows, compressed, as one upload. */
async function uploadLarge(place: Place, folder: string, megabytes: number): Promise<Outcome> {
  const fell: string[] = [];
  const running = await place.run(folder);
  const memory = watchMemory(running);
  try {
    const path = join(folder, 'large.csv.gz');
    await writeRows(path, megabytes);
    const headers = { ...ADMIN, 'content-length': statSync(path).size };
    const sent = request(`${running.origin}/uploads/large.csv.gz`, { method: 'PUT', headers, agent: false });
    createReadStream(path).pipe(sent);
    const [response] = await once(sent, 'response');
    response.resume();
    if (response.statusCode !== 202) fell.push(`PUT ${response.statusCode}`);
    const newest = async () => {
      const answer = await fetch(`${running.origin}/runs`, { headers: ADMIN });
      return ((await answer.json()) as { runs: { state: string; reasons: string[] }[] }).runs[0];
    };
    const isOver = async () => !['waiting', 'running', undefined].includes((await newest())?.state);
    for (let asked = 0; !(await until(isOver, 200)) && asked < 3_000; asked++) {
      const status = await ask(running);
      if (status !== 200) fell.push(`POST /voucher ${status} meanwhile`);
    }
    const run = await newest();
    if (!['published', 'refused'].includes(run?.state ?? ''))
      fell.push(`the run is ${run?.state}: ${run?.reasons}`);
    fell.push(...memory.beyond(place));
  } finally {
    memory.stop();
    await running.kill();
  }
  return { tried: 1, fell, note: memory.note() };
}

export const bombAttacks: Attack[] = PLACES.flatMap((place) => [
  {
    name: `${place.name} large upload`,
    about: `a .csv.gz of 5 MB of text for 2 rounds: counted in ${place.most.megabytes} MB, and customers are answered meanwhile`,
    run: (rounds: number) => inFolder((folder) => uploadLarge(place, folder, rounds * 2.5)),
  },
  {
    name: `${place.name} bombs`,
    about: `${place.bomb} GB for 200 rounds in gzip, zstd and ZIP, as uploads and bodies: refused in ${place.most.megabytes} MB`,
    run: (rounds: number) => inFolder((folder) => throwBombs(place, folder, (place.bomb * rounds) / 200)),
  },
]);
