/** The width of a line in config/voucher.json. */
const WIDTH = 110;

/**
 * @returns a part of a config as it is written in config/voucher.json, and as `npm run format` would leave it: lists
 * of plain values, and entries of a list, on one line where they fit
 */
export function configText(part: unknown): string {
  return `${written(part, '', 0)}\n`;
}

/** @param taken columns of the line before the value, and after it */
function written(value: unknown, indent: string, taken: number, inList = false): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const inner = `${indent}  `;
  const [open, close] = isList ? '[]' : '{}';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  if (entries.length === 0) return `${open}${close}`;
  const isPlain = entries.every(([, entry]) => typeof entry !== 'object' || entry === null);
  if (isPlain && (isList || inList)) {
    const parts = entries.map(([key, entry]) => `${name(key, isList)}${JSON.stringify(entry)}`);
    const line = isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
    if (taken + line.length <= WIDTH) return line;
  }
  const lines = entries.map(([key, entry], index) => {
    const start = `${inner}${name(key, isList)}`;
    const end = index === entries.length - 1 ? '' : ',';
    return `${start}${written(entry, inner, start.length + end.length, isList)}${end}`;
  });
  return `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

function name(key: string, isList: boolean): string {
  return isList ? '' : `${JSON.stringify(key)}: `;
}
