import { HEADER } from './csv.ts';

const ROW = '2018-07-21 10:11:12.123456,Peru,2018-04-20,2018-04-17 00:00:00,1.0,4400.0\n';

/** What a file may be full of, to make a reader look at it again and again; each is repeated until the file is long. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'a quote that opens each line': `"${ROW}`,
  'a quote that opens the second field of each line': ROW.replace(',', ',"'),
  'a quote that opens every other line': `"${ROW}${ROW}`,
  'a quote that opens one line in a thousand': `"${ROW}${ROW.repeat(999)}`,
  'two quotes at the start of each line': `""${ROW}`,
  'three quotes at the start of each line': `"""${ROW}`,
  'nothing but quotes': `${'"'.repeat(50)}\n`,
  'lines of one quote': '"\n',
  'an early quote, and pairs of quotes in each line': `"${ROW}${ROW.replace('Peru', 'Pe""ru').repeat(20_000)}`,
  'fields of nearly a MiB': `"${ROW.repeat(13_000)}",2\n`,
  'fields of nearly a MiB, broken at their end': `"${ROW.repeat(13_000)}"x,2\n`,
};

/** @returns a file of at least so many characters, in the pieces in which a source gives it */
export function hostilePieces(unit: string, length: number): string[] {
  const text = `${HEADER}\n${unit.repeat(Math.ceil(length / unit.length))}`;
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.lastIndexOf('\n', at + 65_535) + 1;
    const next = end > at ? end : at + 65_536;
    pieces.push(text.slice(at, next));
    at = next;
  }
  return pieces;
}
