import Papa from 'papaparse';
import { onTestFinished } from 'vitest';

/** Counts the characters that papaparse is given to parse, until the test ends. @returns what tells how many it were */
export function countParsed(): () => number {
  const { Parser } = Papa;
  let parsed = 0;
  function Counting(config: Papa.ParseConfig): Papa.Parser {
    const parser = new Parser(config);
    const parse = parser.parse.bind(parser);
    parser.parse = (text, ...more) => {
      parsed += text.length;
      return parse(text, ...more);
    };
    return parser;
  }
  Papa.Parser = Counting as unknown as typeof Parser;
  onTestFinished(() => {
    Papa.Parser = Parser;
  });
  return () => parsed;
}
