import { type Child, render } from 'hono/jsx/dom';

interface DialogOptions {
  title: Child;
  /** A line above the title. */
  about?: string;
  /** For a table. */
  wide?: boolean;
}

/**
 * Opens the browser's own modal dialog: it keeps the focus inside, closes with Escape, and gives the focus back to
 * what opened it.
 *
 * @param content a `div.dialog-body`, and `div.dialog-actions` for buttons besides the one that closes
 */
export function openDialog(
  { title, about, wide }: DialogOptions,
  content: (close: () => void) => Child,
): HTMLDialogElement {
  const dialog = document.createElement('dialog');
  const close = () => dialog.close();
  dialog.className = wide ? 'dialog dialog-wide' : 'dialog';
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  dialog.addEventListener('close', () => dialog.remove());
  // A click beside the dialog is a click on the element itself, whose inside is all covered.
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) close();
  });
  render(
    <>
      <div class="dialog-head">
        <div>
          {about && <p class="hint">{about}</p>}
          <h2 id="dialog-title">{title}</h2>
        </div>
        <button type="button" class="close" aria-label="Close" onClick={close}>
          ✕
        </button>
      </div>
      {content(close)}
    </>,
    dialog,
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
