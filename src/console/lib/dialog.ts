import { type Child, h, uniqueId } from './dom.ts';

export interface DialogOptions {
  title: Child;
  /** A line above the title. */
  about?: string;
  body: Child;
  /** For a table. */
  wide?: boolean;
  /** Buttons at the end; without them there is the one that closes. */
  actions?: (close: () => void) => Child;
}

/**
 * Opens the browser's own modal dialog: it keeps the focus inside, closes with Escape, and gives the focus back to
 * what opened it.
 */
export function openDialog({ title, about, body, wide, actions }: DialogOptions): HTMLDialogElement {
  const id = uniqueId('dialog');
  const close = () => dialog.close();
  const dialog = h(
    'dialog',
    { class: wide ? 'dialog dialog-wide' : 'dialog', 'aria-labelledby': id, close: () => dialog.remove() },
    h(
      'div.dialog-head',
      h('div', about && h('p.hint', about), h('h2', { id }, title)),
      h('button', { type: 'button', class: 'close', 'aria-label': 'Close', click: close }, '✕'),
    ),
    h('div.dialog-body', body),
    actions && h('div.dialog-actions', actions(close)),
  );
  // A click beside the dialog is a click on the element itself, whose inside is all covered.
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
