import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { FEATURES } from '../../core/segments/features.ts';
import type { Failure } from '../lib/api.ts';
import { sentence } from '../lib/format.ts';
import { ApiKeyField, Button, Field, fieldsOf, Select } from '../lib/parts.tsx';
import { secrets } from '../lib/secrets.ts';
import type { Description } from '../lib/service.ts';
import { countryNamed, neededBy, preferredSegment, SegmentSelect } from './segment-options.tsx';

/** What is asked: the fields as they are in the address and the form, and the body that they make. */
export interface Question {
  fields: Readonly<Record<string, string>>;
  body: Readonly<Record<string, string | number>>;
}

interface Input {
  /** In the body. */
  name: string;
  label: string;
  hint: string;
  type: 'text' | 'number' | 'date';
}

const INPUTS: readonly Input[] = [
  { name: 'country_code', label: 'Name of the country', hint: 'upper or lower case', type: 'text' },
  { name: 'total_orders', label: 'Orders so far', hint: '', type: 'number' },
  { name: 'last_order_ts', label: 'Last order', hint: '', type: 'date' },
  { name: 'first_order_ts', label: 'First order', hint: '', type: 'date' },
  { name: 'as_of', label: 'As of', hint: 'today, when empty', type: 'date' },
  { name: 'customer_id', label: 'Customer', hint: 'does not change the answer', type: 'text' },
];

/** The fields that some segment looks at. */
const LOOKED_AT = new Set<string | null>(Object.values(FEATURES).map(({ field }) => field));

const DAY_MS = 86_400_000;

/** @returns the question of an address; a customer to begin with where it has none */
export function questionOf(
  query: URLSearchParams,
  artifact: Description,
  countries: readonly string[],
): Question {
  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
  const start: Record<string, string> = {
    country_code: countries[0] ?? '',
    segment_name: preferredSegment(artifact),
    total_orders: '15',
    last_order_ts: day(35),
    first_order_ts: day(400),
    as_of: '',
    customer_id: 'c-4711',
  };
  const asked = query.has('ask');
  const fields = Object.fromEntries(
    Object.entries(start).map(([name, value]) => [name, query.get(name) ?? (asked ? '' : value)]),
  );
  return { fields, body: bodyOf(fields) };
}

/** An empty field is left out; what does not read as a number is sent as it is, and refused with a reason. */
function bodyOf(fields: Readonly<Record<string, string>>): Question['body'] {
  const entries = Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]): [string, string | number] => {
      const number = name === 'total_orders' ? Number(value) : Number.NaN;
      return [name, Number.isNaN(number) ? value : number];
    });
  return Object.fromEntries(entries);
}

/** The choice that opens a field for a country that the history does not have. */
const OTHER = '\u0000other';

interface Props {
  artifact: Description;
  countries: readonly string[];
  question: Question;
  refused: Failure | null;
  submit: (fields: Record<string, string>) => void;
}

export function CustomerForm({ artifact, countries, question, refused, submit }: Props) {
  const [segment, setSegment] = useState(question.fields.segment_name ?? '');
  const country = question.fields.country_code ?? '';
  const listed = countryNamed(countries, country);
  const isOther = listed === undefined && (country !== '' || countries.length === 0);
  const [chosen, setChosen] = useState(isOther ? OTHER : (listed ?? ''));
  const form = useRef<HTMLFormElement | null>(null);
  const needed = neededBy(artifact, segment);
  const faults = faultsOf(refused, question);

  useEffect(() => {
    if (refused === null) return;
    const first = refused.code === 'unauthorized' ? '#api_key' : '[aria-invalid]';
    form.current?.querySelector<HTMLElement>(first)?.focus();
  }, [refused]);

  const send = (event: Event) => {
    const read = fieldsOf(event);
    secrets.apiKey = read('api_key') || null;
    submit({
      segment_name: segment,
      ...Object.fromEntries(INPUTS.map(({ name }) => [name, read(name)])),
      ...(chosen === OTHER ? {} : { country_code: chosen }),
    });
  };
  return (
    <form ref={form} class="form" novalidate onSubmit={send}>
      <Select
        id="country"
        label="Country"
        value={chosen}
        options={[...countries.map((name) => [name, name] as const), [OTHER, 'another country …']]}
        change={setChosen}
      />
      <SegmentSelect id="segment_name" artifact={artifact} value={segment} change={setSegment} />
      {INPUTS.filter(({ name }) => name !== 'country_code' || chosen === OTHER).map(
        ({ name, label, type, hint }) => (
          <Field
            key={name}
            id={name}
            label={label}
            type={type}
            {...(type === 'number' && { inputmode: 'numeric', min: '0', step: '1' })}
            value={question.fields[name]}
            note={LOOKED_AT.has(name) ? `${needed.has(name) ? '' : 'not '}used by this segment` : hint}
            fault={faults.get(name)}
          />
        ),
      )}
      <ApiKeyField refused={refused} />
      <Button kind="main">Get the voucher</Button>
    </form>
  );
}

/** What to say about a missing field. */
const MISSING: Readonly<Record<string, string>> = {
  country_code: 'Enter a country.',
  total_orders: 'This segment needs the number of orders.',
  last_order_ts: 'This segment needs the day of the last order.',
  first_order_ts: 'This segment needs the day of the first order.',
  customer_id: 'Enter anything that identifies the customer.',
};

/** @returns what is wrong with each field, in the words of the form */
function faultsOf(refused: Failure | null, { fields }: Question): Map<string, string> {
  return new Map(
    (refused?.errors ?? []).map(({ path, message }) => {
      if (!fields[path]) return [path, MISSING[path] ?? sentence(message)];
      if (path === 'total_orders') return [path, 'Enter a whole number, 0 or more.'];
      if (path.endsWith('_ts') || path === 'as_of') return [path, `This cannot be used: ${message}.`];
      return [path, `${sentence(message)}.`];
    }),
  );
}
