import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { CompressionCodec, SchemaElement } from 'hyparquet/src/types.js';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { FIELDS, type Field } from '../../../src/core/fields/fields.ts';

type Column = Partial<SchemaElement> & { data: unknown[] };

const STRING: Partial<SchemaElement> = { type: 'BYTE_ARRAY', converted_type: 'UTF8' };

/** A history of strings, into which a test puts the columns that it is about. */
export function parquetFile(
  rows: number,
  columns: Partial<Record<Field | 'note', Column>> = {},
  options: { codec?: CompressionCodec; rowGroupSize?: number; pageSize?: number } = {},
): Uint8Array {
  const all: [string, Column][] = [...FIELDS, 'note' as const].map((name) => [
    name,
    columns[name] ?? { ...STRING, data: Array.from({ length: rows }, (_, index) => `${name} ${index}`) },
  ]);
  const schema: SchemaElement[] = [
    { name: 'root', num_children: all.length },
    ...all.map(([name, { data: _, ...element }]) => ({
      repetition_type: 'OPTIONAL' as const,
      ...element,
      name,
    })),
  ];
  const columnData = all.map(([name, { data }]) => ({ name, data }));
  const compressors = {
    GZIP: gzipSync,
    ZSTD: zstdCompressSync,
    BROTLI: brotliCompressSync,
    LZ4_RAW: lz4,
    LZ4: hadoopLz4,
  };
  return new Uint8Array(parquetWriteBuffer({ schema, columnData, compressors, ...options }));
}

/** LZ4's block format with literals alone: valid, if no shorter. */
function lz4(bytes: Uint8Array): Uint8Array {
  const lengths = [];
  let rest = bytes.length - 15;
  if (rest >= 0) {
    for (; rest >= 255; rest -= 255) lengths.push(255);
    lengths.push(rest);
  }
  return new Uint8Array([Math.min(bytes.length, 15) << 4, ...lengths, ...bytes]);
}

/** As Hadoop frames it: the two lengths in front. */
function hadoopLz4(bytes: Uint8Array): Uint8Array {
  const block = lz4(bytes);
  const framed = new Uint8Array(8 + block.length);
  new DataView(framed.buffer).setUint32(0, bytes.length);
  new DataView(framed.buffer).setUint32(4, block.length);
  framed.set(block, 8);
  return framed;
}
