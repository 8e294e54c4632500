import { gzipSync, zipSync } from 'fflate';
import { csv, type ExportCase, HEALTHY_CSV, HEALTHY_ROWS } from './export-rows.ts';

/** Exports in archives and compressed data, as programs and people pack them. */

const text = (content: string) => Uint8Array.from(new TextEncoder().encode(content));
const gzip = (content: string) => Uint8Array.from(gzipSync(text(content)));
const zip = (files: Readonly<Record<string, string>>) =>
  Uint8Array.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, text(content)]))),
  );
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

const ROWS_ALONE = csv(HEALTHY_ROWS).split('\n').slice(1).join('\n');

/** Four rows in two frames, as pzstd writes them: each after one to be skipped. */
const PZSTD =
  'UCpNGAQAAAC6AAAAKLUv/QRYbQUAEkofHWA1bgMAhqTdat/Rj0xL1BRUgGjVxZbSQpdtMQfzxH/FF2g1GekpWHCErIWqRkkMqwctEvabq3r2ycQV0Y8+9cn7LfywJsLX1gF/4zeuR5/8HOyX6OYxRqW2kuMxAXSLatZNAUDXqS2ksdROLbgQdqSB1s1jBwYwqt1ilA4TAAARACGASBObQQw5JRCDmPxAzsAYcFxAlAQDQDZgaKhIAtmI5yhgeBBu6gEHK/z/';

export const PACKED_EXPORTS: readonly ExportCase[] = [
  { name: 'frames of pzstd', content: base64(PZSTD), right: 1 },
  {
    name: 'gzip with zeros between its members',
    content: joined(gzip(HEALTHY_CSV), new Uint8Array(512), gzip(ROWS_ALONE)),
    right: 2,
  },
  { name: 'gzip with zeros at its end', content: joined(gzip(HEALTHY_CSV), new Uint8Array(512)), right: 1 },
  { name: 'a ZIP archive with one file', content: zip({ 'history.csv': HEALTHY_CSV }), right: 1 },
  {
    name: 'a ZIP archive with two files',
    content: zip({ 'may.csv': HEALTHY_CSV, 'june.csv': HEALTHY_CSV }),
    right: /one file in the ZIP archive.*may\.csv.*june\.csv/,
    score: 'none',
  },
  {
    name: 'a workbook',
    content: zip({ '[Content_Types].xml': ' ', 'xl/workbook.xml': ' ' }),
    right: /a workbook \(\.xlsx, \.ods or \.numbers\)/,
    score: 'none',
  },
  {
    name: 'Parquet in gzip',
    content: gzip('PAR1 and more'),
    right: /parquet data in it: unpack the outer one/,
    score: 'none',
  },
  {
    name: 'text after the end of gzip',
    content: joined(gzip(HEALTHY_CSV), text('and more')),
    right: /cut short or damaged|follows the end of its compressed data/,
    score: 'none',
  },
];

function base64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
