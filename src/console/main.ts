import { fill, h } from './lib/dom.ts';
import { button } from './lib/parts.ts';
import { addressChanged, currentAddress } from './lib/router.ts';
import { empty, loading, say } from './lib/status.ts';
import type { View } from './lib/view.ts';
import { overview } from './views/overview.ts';

interface Page {
  title: string;
  /** Everything but the first view is loaded when it is opened. */
  load: () => { view: View } | Promise<{ view: View }>;
}

const PAGES: Record<string, Page> = {
  overview: { title: 'Overview', load: () => ({ view: overview }) },
  segments: { title: 'Segments', load: () => import('./views/segments.tsx') },
  try: { title: 'Try it', load: () => import('./views/try.tsx') },
  campaign: { title: 'Campaign', load: () => import('./views/campaign.tsx') },
  'what-if': { title: 'What if', load: () => import('./views/what-if.tsx') },
  evaluation: { title: 'Which amount is right', load: () => import('./views/evaluation.tsx') },
  versions: { title: 'Versions', load: () => import('./views/versions.ts') },
  glossary: { title: 'Glossary', load: () => import('./views/glossary.tsx') },
};

let shown: string | null = null;
/** Null while it is loaded. */
let current: View | null = null;
let leave = new AbortController();

/** Shows the view of the address. The focus goes to it, except when the page has just been opened. */
async function show(): Promise<void> {
  const { view: name, query } = currentAddress();
  const main = document.getElementById('content');
  if (main === null || name === 'content') return;
  const page = Object.hasOwn(PAGES, name) ? PAGES[name] : undefined;
  if (name === shown && current?.follows) return addressChanged();
  leave.abort();
  leave = new AbortController();
  const { signal: left } = leave;
  const title = page?.title ?? 'No such page';
  document.title = `${title} · voucher-edge`;
  for (const link of document.querySelectorAll('nav a[data-view]')) {
    if (link.getAttribute('data-view') === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const section = h(`div.view.view-${page ? name : 'missing'}`);
  fill(main, section);
  if (shown !== null && shown !== name) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
    say(title);
  }
  shown = name;
  current = null;
  const found = page ? page.load() : { view: missing };
  if (found instanceof Promise) fill(section, loading(title));
  const { view } = await Promise.resolve(found).catch(() => ({ view: outdated }));
  if (left.aborted) return;
  current = view;
  fill(section);
  view(section, { query, left });
}

function missing(into: HTMLElement): void {
  fill(into, empty('There is no such page', h('p', h('a', { href: '#/' }, 'Go to the overview'))));
}

/** The parts of the console have a hash in their names: a deployment takes those away that an open page knows. */
function outdated(into: HTMLElement): void {
  const reload = button('Reload', () => location.reload());
  const why = 'The connection failed, or the console has changed since this page was opened.';
  fill(into, empty('This view cannot be loaded', h('p', why), reload));
}

addEventListener('hashchange', () => void show());
void show();
