import {
  type Child,
  createContext,
  render,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'hono/jsx/dom';
import type { Failure, Result } from './api.ts';
import { oneTabStop } from './grid-keys.ts';
import { changeQuery, currentAddress, onAddress, type Query } from './router.ts';
import { apiKey } from './secrets.ts';
import { failed, loading } from './status.ts';
import { timeElement } from './time.ts';
import type { View, ViewContext } from './view.ts';

interface Shown extends ViewContext {
  query: URLSearchParams;
}

const Context = createContext<Shown | null>(null);

/** Makes a view of a component, which is drawn again whenever the query of the address changes. */
export function jsxView(Component: () => Child): View {
  const view: View = (into, { left }) => {
    function Root() {
      const [query, setQuery] = useState(currentAddress().query);
      useEffect(() => onAddress(() => setQuery(currentAddress().query)), []);
      return (
        <Context.Provider value={{ left, query }}>
          <Component />
        </Context.Provider>
      );
    }
    left.addEventListener('abort', () => render(null, into), { once: true });
    render(<Root />, into);
  };
  view.follows = true;
  return view;
}

function useShown(): Shown {
  const shown = useContext(Context);
  if (shown === null) throw new Error('A component of a view is used outside of one');
  return shown;
}

/** @returns the signal that is aborted when another view takes the place of this one */
export function useLeft(): AbortSignal {
  return useShown().left;
}

/** @returns the query of the address as it is now, and a function that changes it */
export function useQuery(): [
  query: URLSearchParams,
  change: (changes: Query, how?: 'push' | 'replace') => void,
] {
  return [useShown().query, changeQuery];
}

/** @returns a ref for a table of buttons that is one tab stop */
export function useTabStop() {
  const table = useRef<HTMLTableElement | null>(null);
  // Before anything else can happen: a key that is pressed at once finds the stop.
  useLayoutEffect(() => {
    if (table.current) oneTabStop(table.current);
  });
  return table;
}

interface LoadedProps<T> {
  /** In words: "the table of segments". */
  what: string;
  /** Loads again when this changes. */
  of?: string;
  load: () => Promise<Result<T>>;
  show: (value: T) => Child;
}

/** Shows what is loading, then what was loaded, or what went wrong with a way to try again. */
export function Loaded<T>({ what, of = '', load, show }: LoadedProps<T>) {
  const left = useLeft();
  const [known, setKnown] = useState<{ of: string; tries: number; result: Result<T> } | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let current = true;
    void load().then((result) => {
      if (current && !left.aborted) setKnown({ of, tries, result });
    });
    return () => {
      current = false;
    };
  }, [of, tries]);
  // An effect comes a frame later: what is known is compared here, so that nothing old can be clicked until then.
  if (known?.of !== of || known.tries !== tries) return <Dom make={() => loading(what)} of={what} />;
  const { result } = known;
  if (result.ok) return <>{show(result.value)}</>;
  return <Dom make={() => failed(result, () => setTries(tries + 1))} of={`${result.code} ${tries}`} />;
}

/** Puts an element of the DOM into a component. @param of what it is made of: it is made again when this changes */
export function Dom({ make, of }: { make: () => Node; of: string }) {
  return (
    <div class="dom" key={of} ref={(element: HTMLElement | null) => void element?.replaceChildren(make())} />
  );
}

/** A time in UTC and how long ago that is. */
export function Time({ iso }: { iso: string }) {
  return <span ref={(element: HTMLElement | null) => void element?.replaceChildren(timeElement(iso))} />;
}

/** The title of a view, and in a sentence what it answers. */
export function Headline({ title, children }: { title: string; children?: Child }) {
  return (
    <header class="headline">
      <h1>{title}</h1>
      <p class="lead">{children}</p>
    </header>
  );
}

/** The head of a table: its first column names, the others are numbers. */
export function TableHead({ first, numbers }: { first: string; numbers: readonly string[] }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {numbers.map((name) => (
          <th scope="col" class="number" key={name}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** A cell of a table with a number. @param label of its column, which a narrow page shows beside it */
export function NumberCell({ label, children }: { label: string; children?: Child }) {
  return (
    <td class="number" data-label={label}>
      {children}
    </td>
  );
}

/** What went wrong, in the words of the service. */
export function Failed({ failure, retry }: { failure: Failure; retry?: () => void }) {
  return <Dom make={() => failed(failure, retry)} of={`${failure.code} ${failure.requestId}`} />;
}

/** An API key, where a deployment asks for one. */
export function ApiKeyField({ hidden }: { hidden: boolean }) {
  return (
    <div class="field field-api_key" hidden={hidden}>
      <label for="api_key">API key</label>
      <input id="api_key" name="api_key" type="password" autocomplete="off" value={apiKey() ?? ''} />
      <span class="note">Kept in the memory of this page only.</span>
    </div>
  );
}

/** What is wrong with a form. */
export function Fault({ text }: { text: string }) {
  return text === '' ? null : (
    <p class="fault" role="alert">
      {text}
    </p>
  );
}

/** A term that the glossary explains. */
export function Term({ name, children }: { name: string; children?: Child }) {
  return (
    <a class="term" href={`#/glossary?term=${name}`} title="Explained in the glossary">
      {children ?? name}
    </a>
  );
}

interface SelectProps {
  id: string;
  label: Child;
  value: string;
  options: readonly { value: string; text: string; group?: string }[];
  change: (value: string) => void;
  note?: Child;
}

/** A list to choose from, with its label. Options of a group are together. */
export function Select({ id, label, value, options, change, note }: SelectProps) {
  const groups = [...new Set(options.map(({ group = '' }) => group))];
  const inGroup = (name: string) =>
    options
      .filter(({ group = '' }) => group === name)
      .map((option) => (
        <option key={option.value} value={option.value} selected={option.value === value}>
          {option.text}
        </option>
      ));
  return (
    <div class={`field field-${id}`}>
      <label for={id}>{label}</label>
      <select id={id} onChange={(event: Event) => change((event.target as HTMLSelectElement).value)}>
        {groups.map((name) =>
          name === '' ? inGroup(name) : <optgroup label={name}>{inGroup(name)}</optgroup>,
        )}
      </select>
      {note ? <span class="note">{note}</span> : null}
    </div>
  );
}

/** A row of buttons of which one is chosen. */
export function Choice<T extends string>({
  legend,
  name,
  value,
  options,
  change,
}: {
  legend: string;
  name: string;
  value: T;
  options: readonly { value: T; text: string }[];
  change: (value: T) => void;
}) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="choice-row">
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => change(option.value)}
            />
            <span>{option.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
