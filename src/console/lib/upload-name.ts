import { UPLOAD_NAME } from '../../api/upload-name.ts';

const LONGEST_NAME = 128;
const EXTENSION = /(?:\.[a-z0-9]{1,8})?\.gz$|\.[a-z0-9]{1,8}$/i;

/**
 * A name that the service takes is kept. In another, what may not be there becomes a line, and a hash of the whole
 * is before the extension: a file replaces the one of its name, so two files may never get one name, and a file
 * always has to get the same. "Export (1).csv" is taken in as Export-1-16c0x2r.csv.
 */
export function nameFor(file: string): string {
  if (UPLOAD_NAME.test(file)) return file;
  // "é" may come as one character or as two: a browser's business, not another name.
  const whole = file.normalize();
  const extension = EXTENSION.exec(whole)?.[0] ?? '';
  const ending = `-${hash(whole)}${extension}`;
  const stem = whole
    .slice(0, whole.length - extension.length)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, LONGEST_NAME - ending.length)
    .replace(/[.-]+$/, '');
  return (stem || 'upload') + ending;
}

/** FNV-1a over UTF-16: not for secrets, but also where a page without TLS has no crypto.subtle. */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return (state >>> 0).toString(36).padStart(7, '0');
}
