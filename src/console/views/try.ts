import { call } from '../lib/api.ts';
import { fill, h } from '../lib/dom.ts';
import { amount, plural, words } from '../lib/format.ts';
import { apiKey } from '../lib/secrets.ts';
import { type Answer, description, table } from '../lib/service.ts';
import { empty, failed, loading, say } from '../lib/status.ts';
import { both, loaded, type View } from '../lib/view.ts';
import { ladder } from './ladder.ts';
import { snippets } from './snippets.ts';
import { type CustomerForm, customerForm } from './try-form.ts';

/** A form for a customer; the answer, how it came about, and the call that got it. */
export const tryIt: View = (into, { left }) => {
  const inside = h('div', {});
  const lead = 'Ask as your shop would, and see how the answer comes about.';
  fill(
    into,
    h('header', { class: 'headline' }, h('h1', {}, 'Try it'), h('p', { class: 'lead' }, lead)),
    inside,
  );
  const load = async () => {
    const artifact = await description();
    const first = artifact.ok ? Object.keys(artifact.value.config.segments).slice(0, 1) : [];
    return both(artifact, await table(first));
  };
  void loaded(inside, { what: 'the form', left }, load, ([artifact, { countries }]) => {
    const result = h('div', { class: 'result', 'aria-live': 'polite' }, hint());
    const form = customerForm(artifact, Object.keys(countries), (body) => void ask(form, body, result, left));
    fill(
      inside,
      h(
        'div',
        { class: 'split' },
        h('section', { class: 'card', 'aria-label': 'The customer' }, form.element),
        result,
      ),
    );
  });
};

function hint(): HTMLElement {
  return h('section', { class: 'state state-quiet' }, h('p', {}, 'The answer appears here.'));
}

async function ask(
  form: CustomerForm,
  body: Record<string, unknown>,
  into: HTMLElement,
  left: AbortSignal,
): Promise<void> {
  form.clear();
  fill(into, loading('the answer'));
  const key = apiKey();
  const result = await call<Answer>('/voucher?explain=true', { method: 'POST', json: body, key });
  if (left.aborted) return;
  if (result.ok) {
    fill(into, answer(result.value), snippets(body, key !== null));
    say(`The voucher is ${amount(result.value.voucher_amount)}`);
  } else if (result.code === 'unauthorized') {
    const title = key === null ? 'This deployment asks for an API key' : 'The API key is not known';
    fill(into, empty(title, h('p', {}, 'Enter one in the form, and ask again.')));
    form.askForKey(key !== null);
  } else {
    fill(into, failed(result));
    form.explain(result.errors);
  }
}

function answer({
  voucher_amount,
  segment_name,
  segment,
  source,
  sample_size,
  explain: steps,
}: Answer): HTMLElement {
  const why = {
    segment: `for ${words(segment_name)} ${segment}, from ${plural(sample_size, 'row')} of history`,
    country: `for the country as a whole, from ${plural(sample_size, 'row')} of history`,
    default: 'the default, because the history has no amount for this customer',
  }[source];
  return h(
    'section',
    { class: 'card answer' },
    h('h2', {}, 'The answer'),
    h('p', { class: 'answer-amount' }, h('output', {}, amount(voucher_amount))),
    h('p', { class: 'answer-why' }, why),
    steps && [h('h3', {}, 'The ladder'), ladder(steps)],
  );
}
