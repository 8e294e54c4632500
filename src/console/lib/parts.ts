import { type Child, h } from './dom.ts';

/**
 * @param kind `main`, `small` or `danger`; the plain one without
 * @param label for screen readers, where the text does not say what it is about
 */
export function button(text: string, click: () => void, kind = '', label?: string): HTMLButtonElement {
  const look = kind === '' ? 'button' : `button button-${kind}`;
  return h('button', { type: 'button', class: look, 'aria-label': label, click }, text);
}

/** A state in a word. */
export function pill(kind: 'good' | 'info' | 'warn' | 'bad' | 'quiet', word: string): HTMLElement {
  return h(`span.pill.pill-${kind}`, word);
}

/** The head of a table. @param numbers how many columns, the last ones, hold numbers @param look its class */
export function tableHead(columns: readonly Child[], numbers = 0, look?: string): HTMLElement {
  const first = columns.length - numbers;
  const cells = columns.map((name, at) => h('th', { scope: 'col', class: at >= first && 'number' }, name));
  return h('thead', { class: look }, h('tr', cells));
}

/** A row of a table. @param cells after the name of the row */
export function tableRow(name: Child, ...cells: Child[]): HTMLTableRowElement {
  return h('tr', h('th', { scope: 'row' }, name), cells);
}

/** A name, its value and a note: an entry of `dl.figures`. */
export function figure(name: string, value: string, note = ''): HTMLElement {
  return h('div', h('dt', name), h('dd', value, note && h('small', ` ${note}`)));
}

/** An input with its label, and what people should know of it. */
export function field(label: string, input: HTMLElement, note = ''): HTMLElement {
  return h(
    'div.field',
    h('label', { for: input.id }, label),
    input,
    note && h('span.note', { id: `${input.id}-note` }, note),
  );
}
