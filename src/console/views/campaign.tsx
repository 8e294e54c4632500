import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { plural } from '../lib/format.ts';
import { ApiKeyField, Button, Fault, Field, fieldsOf, Headline, Select } from '../lib/parts.tsx';
import { secrets } from '../lib/secrets.ts';
import type { Description, Table } from '../lib/service.ts';
import { say } from '../lib/status.tsx';
import { Loaded, useLeft, useQuery } from '../lib/view.tsx';
import { Outcome, type Progress } from './campaign-outcome.tsx';
import { type Columns, FIELDS, type FieldName, guessColumns, headerOf, runCampaign } from './campaign-run.ts';
import { CampaignTally } from './campaign-tally.ts';
import { askedSegment, formData, neededBy, SegmentSelect } from './segment-options.tsx';

/** A file of customers becomes decisions, in the browser, through POST /vouchers; nothing is stored. */
export const view = () => (
  <>
    <Headline title="Campaign">
      What does a list of customers cost, and who gets what? The customers are sent to POST /vouchers of this
      service, and nothing is stored.
    </Headline>
    <Loaded
      what="the form"
      load={formData}
      show={([artifact, cells]) => <Form artifact={artifact} cells={cells} />}
    />
  </>
);

const LABELS: Record<FieldName, string> = {
  customer_id: 'Customer',
  country_code: 'Country',
  total_orders: 'Orders so far',
  last_order_ts: 'Last order',
  first_order_ts: 'First order',
};

interface Chosen {
  file: File;
  header: string[];
  columns: Columns;
}

/** @returns the countries with rows in the history, without those that only the config names; null where it cannot be read */
function withRows(cells: Table | null): string[] | null {
  if (cells === null) return null;
  return Object.entries(cells.countries).flatMap(([name, { overall }]) => (overall === null ? [] : [name]));
}

function Form({ artifact, cells }: { artifact: Description; cells: Table | null }) {
  const [query, change] = useQuery();
  const left = useLeft();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [fault, setFault] = useState('');
  const [progress, setProgress] = useState<Progress | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => left.addEventListener('abort', () => stop.current?.abort(), { once: true }), []);

  const of = askedSegment(artifact, query);
  const needed = neededBy(artifact, of);
  const running = progress !== null && progress.done === null;

  const choose = async (file: File | undefined) => {
    setProgress(null);
    setFault('');
    setChosen(null);
    if (file === undefined) return;
    const header = await headerOf(file).catch(() => null);
    if (header === null) setFault('This is not a CSV file with the names of the columns in its first line.');
    else setChosen({ file, header, columns: guessColumns(header) });
  };

  const start = async (event: Event) => {
    const read = fieldsOf(event);
    if (chosen === null) return setFault('Choose a CSV file first.');
    if (chosen.columns.country_code < 0) return setFault('Choose the column of the country.');
    setFault('');
    secrets.apiKey = read('api_key') || null;
    const asOf = read('as_of') || new Date().toISOString().slice(0, 19);
    const tally = new CampaignTally(withRows(cells));
    const controller = new AbortController();
    stop.current = controller;
    const begun = { share: 0, waits: false, segment: of, asOf, tally, done: null };
    const show = (change: Partial<Progress>) => {
      if (!left.aborted) setProgress((now) => ({ ...(now ?? begun), ...change }));
    };
    setProgress(begun);
    const { file, columns } = chosen;
    const { signal } = controller;
    const asked = { file, columns, segment: of, asOf, tally };
    const { parts, failure } = await runCampaign({ ...asked, signal, progress: show });
    if (left.aborted) return;
    show({ share: 1, waits: false, done: { parts, failure, stopped: signal.aborted, name: file.name } });
    say(`${plural(tally.answered, 'customer')} answered`);
  };

  return (
    <>
      <form
        class="card campaign"
        novalidate
        onSubmit={(event: Event) => void start(event)}
        onDragOver={(event: Event) => event.preventDefault()}
        onDrop={(event: Event) => {
          event.preventDefault();
          void choose((event as DragEvent).dataTransfer?.files[0]);
        }}
      >
        <Field
          id="customers"
          label="Customers, a CSV file"
          type="file"
          accept=".csv,.txt,text/csv"
          onChange={(event: Event) => void choose((event.target as HTMLInputElement).files?.[0])}
          note={
            chosen === null
              ? 'Or drop one here. Its first line names the columns: customer_id, country_code, total_orders, last_order_ts, first_order_ts.'
              : `${chosen.file.name}, ${plural(chosen.header.length, 'column')}`
          }
        />
        <div class="controls">
          <SegmentSelect artifact={artifact} value={of} change={(name) => change({ of: name })} />
          <Field id="as_of" label="As of" type="date" note="now, when empty" />
        </div>
        {chosen === null ? null : (
          <fieldset class="columns">
            <legend>Columns of the file</legend>
            <div class="controls">
              {FIELDS.map((field) => (
                <Select
                  key={field}
                  id={`column-${field}`}
                  label={LABELS[field]}
                  value={String(chosen.columns[field])}
                  options={[
                    ['-1', field === 'customer_id' ? 'none: use the line number' : 'none'],
                    ...chosen.header.map((name, at) => [String(at), name || `column ${at + 1}`] as const),
                  ]}
                  change={(at) =>
                    setChosen({ ...chosen, columns: { ...chosen.columns, [field]: Number(at) } })
                  }
                  note={needed.has(field) ? 'used by this segment' : undefined}
                />
              ))}
            </div>
          </fieldset>
        )}
        <ApiKeyField refused={progress?.done?.failure} />
        <Fault text={fault} />
        <div class="buttons">
          <Button kind="main" disabled={running}>
            Get the vouchers
          </Button>
          {running ? <Button click={() => stop.current?.abort()}>Stop</Button> : null}
        </div>
      </form>
      {progress === null ? null : <Outcome progress={progress} artifact={artifact} />}
    </>
  );
}
