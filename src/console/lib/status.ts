import type { Failure } from './api.ts';
import { type Child, h } from './dom.ts';
import { sentence } from './format.ts';
import { button, field } from './parts.ts';
import { useApiKey } from './secrets.ts';

/** What takes the place of a view until its data is there: its shape, so that nothing jumps. */
export function loading(what: string): HTMLElement {
  return h(
    'div.loading',
    { role: 'status' },
    h('span.loading-words', `Loading ${what} …`),
    h('span.bone.bone-title'),
    h('span.bone'),
    h('span.bone.bone-block'),
  );
}

/** What came instead of data, in the words of the service, and a way on. */
export function failed(failure: Failure, retry?: () => void): HTMLElement {
  const { title, detail, code, requestId } = failure;
  const reference = requestId === null ? code : `${code} · request ${requestId}`;
  return h(
    'section.state.state-bad',
    { role: 'alert' },
    h('h2', HEADINGS[code] ?? title),
    h('p', code === 'no_artifact' ? NO_ARTIFACT : sentence(detail)),
    code === 'no_artifact' && h('pre', { tabindex: 0 }, `npm run build:artifact\n${publishCommand()}`),
    h('p.hint', reference),
    retry && code === 'unauthorized' && keyForm(retry),
    retry && code !== 'unauthorized' && button('Try again', retry),
  );
}

/** Asks for the API key that this deployment wants for its amounts. */
function keyForm(retry: () => void): HTMLElement {
  const input = h('input', { id: 'api_key', type: 'password', autocomplete: 'off' });
  const submit = (event: Event) => {
    event.preventDefault();
    useApiKey(input.value.trim());
    retry();
  };
  return h(
    'form.sign-in',
    { submit },
    field('API key', input),
    h('span.note', 'Kept in the memory of this page only.'),
    h('button', { type: 'submit', class: 'button button-main' }, 'Continue'),
  );
}

/** What happened, for people, by the code of a problem. */
const HEADINGS: Readonly<Record<string, string>> = {
  no_artifact: 'There is nothing to answer from yet',
  statistics_unavailable: 'The statistics cannot be read now',
  storage_unavailable: 'The storage does not answer',
  unauthorized: 'A valid key or token is needed',
  admin_closed: 'This deployment has no admin token',
  rate_limited: 'Too many requests',
  invalid_request: 'A value was not accepted',
  missing_field: 'A value is missing',
  unknown_segment: 'There is no such segment',
  unknown_version: 'There is no such version',
  body_too_large: 'That is too large',
  internal_error: 'The service failed',
};

/** How an artifact goes live here: `npm run dev` has a KV of its own, any other place that of the account. */
export function publishCommand(): string {
  const local = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);
  return `npm run artifact -- publish${local ? '' : ' --remote'}`;
}

const NO_ARTIFACT =
  'The service runs, but has no artifact: until it has one, every request for a voucher is refused. Build one and publish it:';

/** Shown where it is right that there is nothing to show. */
export function empty(title: string, ...more: Child[]): HTMLElement {
  return h('section.state', h('h2', title), more);
}

/** Has a screen reader say something. */
export function say(text: string): void {
  const region = document.getElementById('said');
  if (region !== null) region.textContent = text;
}
