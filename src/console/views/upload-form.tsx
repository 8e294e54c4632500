import { useRef, useState } from 'hono/jsx/dom';
import { Fault, Field } from '../lib/parts.tsx';

/** A form that sends a file. @param send resolves when the file is there and what it started is over */
export function UploadForm({ send }: { send: (file: File) => Promise<void> }) {
  const input = useRef<HTMLInputElement | null>(null);
  const [fault, setFault] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const file = input.current?.files?.[0];
    setFault(file === undefined ? 'Choose a file first.' : '');
    if (file === undefined) input.current?.focus();
    else void send(file);
  };
  return (
    <form class="upload" novalidate onSubmit={submit}>
      <Field
        id="file"
        label="History file"
        input={input}
        type="file"
        accept=".csv,.tsv,.txt,.ndjson,.jsonl,.gz,.zst,.zip,text/csv"
        required
        note="CSV or JSON lines, also in .gz, .zst or .zip. Its rows join those of the other files. A file of the same name is replaced. The guards decide whether the result goes live."
      />
      <button type="submit" class="button">
        Send the file
      </button>
      <Fault text={fault} />
    </form>
  );
}
