import type { Child } from 'hono/jsx/dom';
import { MEANINGS, type ProblemCode } from '../../api/problem-codes.ts';
import type { Failure } from './api.ts';
import { ApiKeyField, Button, Code, fieldsOf, Sentence } from './parts.tsx';
import { secrets } from './secrets.ts';

/** What takes the place of a view until its data is there: its shape, so that nothing jumps. */
export function Loading({ what }: { what: string }) {
  return (
    <div class="loading" role="status">
      <span class="loading-words">Loading {what} …</span>
      <span class="bone bone-title" />
      <span class="bone" />
      <span class="bone bone-block" />
    </div>
  );
}

/** What came instead of data, in the words of the service, and a way on. */
export function Failed({ failure, retry }: { failure: Failure; retry?: () => void }) {
  const { title, detail, code, requestId } = failure;
  const reference = requestId === null ? code : `${code} · request ${requestId}`;
  return (
    <section class="state state-bad" role="alert">
      <h2>{MEANINGS[code as ProblemCode] ?? title}</h2>
      <p>
        <Sentence of={code === 'no_artifact' ? NO_ARTIFACT : detail} />
      </p>
      {code === 'no_artifact' && <Code>{`npm run build:artifact\n${publishCommand()}`}</Code>}
      <p class="hint">{reference}</p>
      {retry && code === 'unauthorized' && <KeyForm refused={failure} retry={retry} />}
      {retry && !LASTING.has(code) && <Button click={retry}>Try again</Button>}
    </section>
  );
}

/** What trying again does not help: statistics that are too large or damaged stay so, and a key is asked for. */
const LASTING: ReadonlySet<string> = new Set(['unauthorized', 'statistics_unavailable']);

/** Asks for the API key that this deployment wants for its amounts. */
function KeyForm({ refused, retry }: { refused: Failure; retry: () => void }) {
  const submit = (event: Event) => {
    secrets.apiKey = fieldsOf(event)('api_key') || null;
    retry();
  };
  return (
    <form class="sign-in" onSubmit={submit}>
      <ApiKeyField refused={refused} />
      <Button kind="main">Continue</Button>
    </form>
  );
}

/** How an artifact goes live here: `npm run dev` has a KV of its own, any other place that of the account. */
export function publishCommand(): string {
  const local = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);
  return `npm run artifact -- publish${local ? '' : ' --remote'}`;
}

const NO_ARTIFACT =
  'The service runs, but has no artifact: until it has one, every request for a voucher is refused. Build one and publish it:';

/** Shown where it is right that there is nothing to show. */
export function Empty({ title, children }: { title: string; children?: Child }) {
  return (
    <section class="state">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Has a screen reader say something. */
export function say(text: string): void {
  const region = document.getElementById('said');
  if (region !== null) region.textContent = text;
}
