import { call } from '../lib/api.ts';
import { fill, h } from '../lib/dom.ts';
import { token } from '../lib/secrets.ts';
import { failed, loading, say } from '../lib/status.ts';

/** What a name may not have becomes a line: "Export (1).csv" is taken in as Export-1-.csv. */
function nameFor(file: string): string {
  return (
    file
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9_]+/, '')
      .slice(-128) || 'upload.csv'
  );
}

/** A form that sends a file. @param sent called with the name under which it was taken in */
export function upload(sent: (name: string) => void): HTMLElement {
  const input = h('input', {
    id: 'file',
    type: 'file',
    accept: '.csv,.gz,text/csv',
    required: true,
    'aria-describedby': 'file-note',
  });
  const button = h('button', { type: 'submit', class: 'button' }, 'Send the file');
  const said = h('div', {});
  const submit = async (event: Event) => {
    event.preventDefault();
    const file = input.files?.[0];
    if (file === undefined) {
      fill(said, h('p', { class: 'fault', role: 'alert' }, 'Choose a file first.'));
      input.focus();
      return;
    }
    button.disabled = true;
    fill(said, loading('the file'));
    const name = nameFor(file.name);
    const result = await call(`/uploads/${encodeURIComponent(name)}`, {
      method: 'PUT',
      body: file,
      token: token(),
    });
    button.disabled = false;
    if (!result.ok) {
      fill(said, failed(result));
      return;
    }
    fill(said, h('p', { class: 'hint' }, `${name} is in. Its run begins in a moment.`));
    say(`${name} is in`);
    sent(name);
  };
  return h(
    'form',
    { class: 'upload', novalidate: true, submit: (event) => void submit(event) },
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'file' }, 'History, CSV or CSV.gz'),
      input,
      h(
        'span',
        { class: 'note', id: 'file-note' },
        'It is added to what is there. The guards decide whether the result goes live.',
      ),
    ),
    button,
    said,
  );
}
