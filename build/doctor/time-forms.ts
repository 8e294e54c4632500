/**
 * @param text a time that parseTime takes, trimmed
 * @returns a number for the form in which it is written: {@link formName} has its name
 */
export function timeForm(text: string): number {
  if (text.length === 10) return DATE;
  const letter = text[10] === 'T' ? 1 : 0;
  const seconds = text[16] === ':' ? 2 : 0;
  const fraction = text[19] === '.' ? 4 : 0;
  const sign = text[text.length - 6];
  const zone = text.endsWith('Z') ? 8 : text.length > 16 && (sign === '+' || sign === '-') ? 16 : 0;
  return letter + seconds + fraction + zone;
}

const DATE = 32;

/** @returns the form as a pattern, such as `YYYY-MM-DD HH:MM:SS.f` */
export function formName(form: number): string {
  if (form === DATE) return 'YYYY-MM-DD';
  const seconds = form & 2 ? ':SS' : '';
  const fraction = form & 4 ? '.f' : '';
  const zone = form & 8 ? 'Z' : form & 16 ? '±HH:MM' : '';
  return `YYYY-MM-DD${form & 1 ? 'T' : ' '}HH:MM${seconds}${fraction}${zone}`;
}
