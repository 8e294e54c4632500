import type { Versions } from '../../core/publish/versions.ts';
import { call } from '../lib/api.ts';
import { fill, h } from '../lib/dom.ts';
import { button, field } from '../lib/parts.ts';
import { changeQuery } from '../lib/router.ts';
import { forgetToken, token, useToken } from '../lib/secrets.ts';
import { readiness } from '../lib/service.ts';
import { failed, loading } from '../lib/status.ts';
import { both, loaded, type View, type ViewContext } from '../lib/view.ts';
import { compare } from './compare.ts';
import { filesView } from './files.tsx';
import { history } from './history.ts';
import { move } from './move.ts';

/** What was live when, what versions would change, going back, and files on their way in: for who has the token. */
export const view: View = (into, context) => {
  const place = h('div');
  fill(
    into,
    h(
      'header.headline',
      h('h1', 'Versions'),
      h('p.lead', 'What was live when, what a version would change, and the way back.'),
    ),
    place,
  );
  if (token() === null) signIn(place, context);
  else inside(place, context);
};

/** Asks for the token, tries it, and lets in or says why not. */
function signIn(place: HTMLElement, context: ViewContext): void {
  const { left } = context;
  const input = h('input', {
    id: 'token',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': 'token-note',
  });
  const said = h('div');
  const submit = async (event: Event) => {
    event.preventDefault();
    fill(said, loading('the versions'));
    const tried = input.value.trim();
    const result = await call<Versions>('/versions', { token: tried });
    if (left.aborted) return;
    if (!result.ok && result.code === 'admin_closed') return void fill(place, failed(result));
    if (!result.ok) {
      fill(said, failed(result));
      input.focus();
      return;
    }
    useToken(tried);
    inside(place, context);
    document.getElementById('content')?.focus({ preventScroll: true });
  };
  fill(
    place,
    h(
      'form.card.sign-in',
      { submit: (event) => void submit(event) },
      h('h2', 'For operators'),
      field(
        'Admin token',
        input,
        'The ADMIN_TOKEN of this deployment, or your own. Leave it empty with Cloudflare Access. It stays in the memory of this page: a reload forgets it.',
      ),
      h('button', { type: 'submit', class: 'button button-main' }, 'Open'),
      said,
    ),
  );
}

function inside(place: HTMLElement, context: ViewContext): void {
  const { left, query } = context;
  const load = async () =>
    both(...(await Promise.all([call<Versions>('/versions', { token: token() }), readiness()])));
  void loaded(place, { what: 'the versions', left }, load, ([known, ready]) => {
    const [comparison, files] = [h('div'), h('div')];
    const served = ready.version;
    const showDiff = (from: string, to: string) => compare(comparison, { known, served, from, to, left });
    const again = () => inside(place, context);
    const leave = () => {
      forgetToken();
      signIn(place, context);
    };
    fill(
      place,
      h(
        'div.session',
        h('span.hint', 'You are signed in as an operator.'),
        button('Forget the token', leave, 'small'),
      ),
      history(known, served, {
        compare: (version) => {
          changeQuery({ from: served, to: version });
          showDiff(served, version);
        },
        move: (action, version) => move({ action, version, served, done: again }),
      }),
      comparison,
      files,
    );
    filesView(again)(files, context);
    showDiff(query.get('from') ?? known.live?.previous ?? served, query.get('to') ?? served);
  });
}
