/**
 * @param text a time that parseTime takes, trimmed
 * @returns the form in which it is written, as a pattern, such as `YYYY-MM-DD HH:MM:SS.f`
 */
export function timeForm(text: string): string {
  if (text.length === 10) return 'YYYY-MM-DD';
  const seconds = text[16] === ':' ? ':SS' : '';
  const fraction = text[19] === '.' ? '.f' : '';
  const sign = text[text.length - 6];
  const zone = text.endsWith('Z') ? 'Z' : text.length > 16 && (sign === '+' || sign === '-') ? '±HH:MM' : '';
  return `YYYY-MM-DD${text[10] === 'T' ? 'T' : ' '}HH:MM${seconds}${fraction}${zone}`;
}
