import type { Issue } from '../../core/issues.ts';
import type { Feature } from '../../core/segments/features.ts';
import { h, uniqueId } from '../lib/dom.ts';
import { sentence, words } from '../lib/format.ts';
import { apiKey, useApiKey } from '../lib/secrets.ts';
import type { Description } from '../lib/service.ts';

export interface CustomerForm {
  element: HTMLFormElement;
  /** Takes away what an earlier answer said of the fields. */
  clear: () => void;
  /** Says at each field what is wrong with it, and goes to the first. */
  explain: (issues: readonly Issue[]) => void;
  /** Shows the field of the API key, says why, and goes there. @param tried whether one was sent */
  askForKey: (tried: boolean) => void;
}

interface Input {
  name: string;
  label: string;
  hint: string;
  type: 'text' | 'number' | 'date' | 'password';
  value: string;
  /** Whether its value is sent as a number. */
  numeric?: boolean;
  /** Suggestions. */
  list?: readonly string[];
}

const DAY_MS = 86_400_000;

/** What a segment is made of decides which fields it needs. */
const FIELD_OF: Record<Feature, string | null> = {
  total_orders: 'total_orders',
  days_since_last_order: 'last_order_ts',
  days_since_first_order: 'first_order_ts',
  weekday: null,
  hour: null,
};

/** The form of a customer, filled in with one, so that a click is enough to see an answer. */
export function customerForm(
  artifact: Description,
  countries: readonly string[],
  ask: (body: Record<string, unknown>) => void,
): CustomerForm {
  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
  const inputs: Input[] = [
    {
      name: 'country_code',
      label: 'Country',
      hint: 'upper or lower case',
      type: 'text',
      value: countries[0] ?? '',
      list: countries,
    },
    { name: 'total_orders', label: 'Orders so far', hint: '', type: 'number', value: '15', numeric: true },
    { name: 'last_order_ts', label: 'Last order', hint: '', type: 'date', value: day(75) },
    { name: 'first_order_ts', label: 'First order', hint: '', type: 'date', value: day(400) },
    { name: 'as_of', label: 'As of', hint: 'today, when empty', type: 'date', value: '' },
    {
      name: 'customer_id',
      label: 'Customer',
      hint: 'changes nothing',
      type: 'text',
      value: 'c-4711',
    },
  ];
  const fields = inputs.map(field);
  const key = field({
    name: 'api_key',
    label: 'API key',
    hint: 'kept in the memory of this page alone',
    type: 'password',
    value: apiKey() ?? '',
  });
  key.element.hidden = apiKey() === null;
  const select = h('select', { id: 'segment_name', name: 'segment_name', change: mark }, options(artifact));
  const segment = h('div', { class: 'field' }, h('label', { for: 'segment_name' }, 'Segment'), select);

  /** Says at each field whether the chosen segment looks at it. */
  function mark(): void {
    const needed = neededBy(artifact, select.value);
    for (const { input, note } of fields) {
      if (!['total_orders', 'last_order_ts', 'first_order_ts'].includes(input.name)) continue;
      note.textContent = needed.has(input.name) ? 'used by this segment' : 'not used here';
    }
  }

  function submit(event: Event): void {
    event.preventDefault();
    useApiKey(key.input.value.trim());
    ask(bodyOf(fields, select.value));
  }

  const [country, ...others] = fields.map(({ element }) => element);
  const element = h(
    'form',
    { class: 'form', novalidate: true, submit },
    country,
    segment,
    others,
    key.element,
    h('button', { type: 'submit', class: 'button button-main' }, 'Get the voucher'),
  );
  mark();
  return {
    element,
    clear: () => [...fields, key].forEach(clean),
    explain: (issues) => explain(fields, issues),
    askForKey(tried) {
      key.element.hidden = false;
      const message = tried ? 'this deployment does not know this key' : 'this deployment asks for one';
      explain([key], [{ path: 'api_key', message }]);
    },
  };
}

interface Field {
  element: HTMLElement;
  input: HTMLInputElement;
  note: HTMLElement;
  fault: HTMLElement;
  numeric: boolean;
}

function field({ name, label, hint, type, value, numeric = false, list }: Input): Field {
  const [noteId, faultId, listId] = [uniqueId(name), uniqueId(name), uniqueId(name)];
  const input = h('input', {
    id: name,
    name,
    type,
    value,
    autocomplete: 'off',
    'aria-describedby': `${noteId} ${faultId}`,
    ...(numeric && { inputmode: 'numeric', min: 0, step: 1 }),
    ...(list && { list: listId }),
  });
  const note = h('span', { class: 'note', id: noteId }, hint);
  const fault = h('span', { class: 'fault', id: faultId });
  const suggestions =
    list &&
    h(
      'datalist',
      { id: listId },
      list.map((option) => h('option', { value: option })),
    );
  const element = h(
    'div',
    { class: `field field-${name}` },
    h('label', { for: name }, label),
    input,
    note,
    fault,
    suggestions,
  );
  return { element, input, note, fault, numeric };
}

function options({ config }: Description): HTMLElement[] {
  const option = (name: string) =>
    h('option', { value: name, selected: name === 'recency_segment' }, words(name));
  const combined = Object.keys(config.combined ?? {});
  const banded = Object.keys(config.segments).map(option);
  return combined.length === 0
    ? banded
    : [...banded, h('optgroup', { label: 'Taken jointly' }, combined.map(option))];
}

function neededBy({ config }: Description, segment: string): Set<string | null> {
  const parts = config.combined?.[segment]?.combine ?? [segment];
  return new Set(parts.map((part) => FIELD_OF[config.segments[part]?.of ?? 'weekday']));
}

/** The body of the request: an empty field is left out, and a number that does not read as one is sent as it is. */
function bodyOf(fields: readonly Field[], segment: string): Record<string, unknown> {
  const filled = fields.filter(({ input }) => input.value !== '');
  const entries = filled.map(({ input, numeric }) => [
    input.name,
    numeric ? Number(input.value) : input.value,
  ]);
  return { ...Object.fromEntries(entries), segment_name: segment };
}

function clean({ input, fault }: Field): void {
  input.removeAttribute('aria-invalid');
  fault.textContent = '';
}

function explain(fields: readonly Field[], issues: readonly Issue[]): void {
  let first: HTMLInputElement | null = null;
  for (const { path, message } of issues) {
    const found = fields.find(({ input }) => input.name === path);
    if (found === undefined) continue;
    found.input.setAttribute('aria-invalid', 'true');
    found.fault.textContent = sentence(message);
    first ??= found.input;
  }
  first?.focus();
}
