import {
  type Child,
  createContext,
  render,
  useContext,
  useEffect,
  useLayoutEffect,
  useState,
} from 'hono/jsx/dom';
import type { Result } from './api.ts';
import { changeQuery, currentAddress, QUERY_CHANGED, type Query } from './router.ts';
import { Failed, Loading } from './status.tsx';

/** A page of the console. It is drawn again whenever the query of the address changes. */
export type View = () => Child;

interface Shown {
  query: URLSearchParams;
  left: AbortSignal;
}

const Context = createContext<Shown | null>(null);

/** Shows a view in an element. @param left aborted when another view takes the place of this one */
export function showView(Component: View, into: HTMLElement, left: AbortSignal): void {
  function Root() {
    const [query, setQuery] = useState(currentAddress().query);
    useEffect(
      () => addEventListener(QUERY_CHANGED, () => setQuery(currentAddress().query), { signal: left }),
      [],
    );
    return (
      <Context.Provider value={{ left, query }}>
        <Component />
      </Context.Provider>
    );
  }
  left.addEventListener('abort', () => render(null, into), { once: true });
  render(<Root />, into);
}

const STAYS = new AbortController().signal;

/** @returns the signal that is aborted when another view takes the place of this one; in a dialog it never is */
export function useLeft(): AbortSignal {
  return useContext(Context)?.left ?? STAYS;
}

/** @returns the query of the address as it is now, and a function that changes it */
export function useQuery(): [
  query: URLSearchParams,
  change: (changes: Query, how?: 'push' | 'replace') => void,
] {
  const shown = useContext(Context);
  if (shown === null) throw new Error('Only a component of a view has a query');
  return [shown.query, changeQuery];
}

/** @returns what a view shows besides, which is loaded again when `of` changes; null until it is there */
export function useLater<T>(load: () => Promise<T>, of = ''): T | null {
  const left = useLeft();
  const [known, setKnown] = useState<{ of: string; value: T } | null>(null);
  // A plain effect waits for the next frame, which a tab in the background does not have.
  useLayoutEffect(() => {
    let current = true;
    void load().then((value) => {
      if (current && !left.aborted) setKnown({ of, value });
    });
    return () => {
      current = false;
    };
  }, [of]);
  // What is known is compared here, so that nothing old can be clicked until the new is there.
  return known?.of === of ? known.value : null;
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
  const [tries, setTries] = useState(0);
  const result = useLater(load, `${tries} ${of}`);
  if (result === null) return <Loading what={what} />;
  return result.ok ? show(result.value) : <Failed failure={result} retry={() => setTries(tries + 1)} />;
}

type Coming<T> = Result<T> | Promise<Result<T>>;

/** Waits for two results. @returns both, or the first that failed */
export async function both<A, B>(first: Coming<A>, second: Coming<B>): Promise<Result<[A, B]>> {
  const [a, b] = await Promise.all([first, second]);
  if (!a.ok) return a;
  return b.ok ? { ok: true, value: [a.value, b.value] } : b;
}
