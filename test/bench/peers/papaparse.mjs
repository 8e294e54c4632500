// papaparse alone: parses a file, streamed, in one thread, and keeps nothing of it.
import { createReadStream } from 'node:fs';
import Papa from 'papaparse';

const [, , path] = process.argv;
let rows = 0;
Papa.parse(createReadStream(path, { highWaterMark: 1 << 20, encoding: 'utf8' }), {
  chunk({ data }) {
    rows += data.length;
  },
  complete() {
    console.log(rows);
  },
});
