import { safe } from '../../../build/cli/format.ts';
import type { Terminal } from '../../../build/cli/terminal.ts';
import { jsonLine } from '../../../src/core/json-line.ts';

/** A terminal that keeps what is written to it. @param columns of the one that a person looks at; null without */
export function keptTerminal(
  columns: number | null = null,
): Terminal & { text: { out: string; err: string } } {
  const text = { out: '', err: '' };
  const say: Terminal['say'] = (label, sentence) => {
    text.err += `${label}: ${safe(sentence)}\n`;
  };
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
      text.err += safe(words);
    },
    say,
    warn: (sentence) => say('warning', sentence),
    draw: (line) => {
      text.err += `\r\u001b[2K${safe(line)}`;
    },
    columns: () => columns,
    width: () => 80,
  };
}
