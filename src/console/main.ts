import { fill, h } from './lib/dom.ts';
import { currentAddress } from './lib/router.ts';
import { empty, say } from './lib/status.ts';
import type { View } from './lib/view.ts';
import { overview } from './views/overview.ts';
import { segments } from './views/segments.ts';
import { tryIt } from './views/try.ts';
import { versions } from './views/versions.ts';

const VIEWS: Record<string, { title: string; view: View }> = {
  overview: { title: 'Overview', view: overview },
  segments: { title: 'Segments', view: segments },
  try: { title: 'Try it', view: tryIt },
  versions: { title: 'Versions', view: versions },
};

let shown: string | null = null;
let leave = new AbortController();

/** Shows the view of the address. The focus goes to it, except when the page has just been opened. */
function show(): void {
  const { view: name, query } = currentAddress();
  const main = document.getElementById('content');
  if (main === null || name === 'content') return;
  leave.abort();
  leave = new AbortController();
  const { title, view } = VIEWS[name] ?? { title: 'No such page', view: missing };
  document.title = `${title} · voucher-edge`;
  for (const link of document.querySelectorAll('nav a[data-view]')) {
    if (link.getAttribute('data-view') === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const section = h('div', { class: `view view-${name in VIEWS ? name : 'missing'}` });
  fill(main, section);
  view(section, { query, left: leave.signal });
  if (shown !== null && shown !== name) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
    say(title);
  }
  shown = name;
}

function missing(into: HTMLElement): void {
  fill(into, empty('There is no such page', h('p', {}, h('a', { href: '#/' }, 'Go to the overview'))));
}

addEventListener('hashchange', show);
show();
