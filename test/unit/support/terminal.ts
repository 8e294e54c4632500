import { safe } from '../../../build/cli/format.ts';
import { messageText, type Terminal } from '../../../build/cli/terminal.ts';
import { jsonLine } from '../../../src/core/json-line.ts';

/** A terminal that keeps what is written to it. */
export function keptTerminal(): Terminal & { text: { out: string; err: string } } {
  const text = { out: '', err: '' };
  const plain = (words: string) => words;
  return {
    text,
    out: (words) => {
      text.out += safe(words);
    },
    json: (value) => {
      text.out += safe(`${jsonLine(value)}\n`);
    },
    verbatim: (words) => {
      text.out += words;
    },
    err: (words) => {
      text.err += messageText(words);
    },
    warn: (sentence) => {
      text.err += messageText(`warning: ${sentence}\n`);
    },
    columns: () => null,
    width: () => 80,
    red: plain,
    yellow: plain,
  };
}
