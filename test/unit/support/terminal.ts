import type { Terminal } from '../../../build/cli/terminal.ts';

/** A terminal that keeps what is written to it. */
export function keptTerminal(): Terminal & { text: { out: string; err: string } } {
  const text = { out: '', err: '' };
  const plain = (words: string) => words;
  return {
    text,
    out: (words) => {
      text.out += words;
    },
    err: (words) => {
      text.err += words;
    },
    columns: () => null,
    width: () => 80,
    red: plain,
    yellow: plain,
  };
}
