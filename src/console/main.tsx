import { render } from 'hono/jsx/dom';
import { Button } from './lib/parts.tsx';
import { currentAddress, QUERY_CHANGED } from './lib/router.ts';
import { Empty, Loading, say } from './lib/status.tsx';
import { showView, type View } from './lib/view.tsx';
import * as overview from './views/overview.tsx';

interface Page {
  title: string;
  /** Everything but the first view is loaded when it is opened. */
  load: () => { view: View } | Promise<{ view: View }>;
}

const PAGES: Record<string, Page> = {
  overview: { title: 'Overview', load: () => overview },
  segments: { title: 'Segments', load: () => import('./views/segments.tsx') },
  try: { title: 'Try it', load: () => import('./views/try.tsx') },
  campaign: { title: 'Campaign', load: () => import('./views/campaign.tsx') },
  'what-if': { title: 'What if', load: () => import('./views/what-if.tsx') },
  evaluation: { title: 'Which amount is right', load: () => import('./views/evaluation.tsx') },
  versions: { title: 'Versions', load: () => import('./views/versions.tsx') },
  glossary: { title: 'Glossary', load: () => import('./views/glossary.tsx') },
};

let shown: string | null = null;
/** Whether it is there: a view that could not be loaded is tried again when the address changes. */
let isLoaded = false;
let leave = new AbortController();

/** Shows the view of the address. The focus goes to it, except when the page has just been opened. */
async function show(): Promise<void> {
  const { view: name } = currentAddress();
  const main = document.getElementById('content');
  if (main === null || name === 'content') return;
  const page = Object.hasOwn(PAGES, name) ? PAGES[name] : undefined;
  if (name === shown && isLoaded) return void dispatchEvent(new Event(QUERY_CHANGED));
  leave.abort();
  // What it would confirm is of the view that is left.
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  leave = new AbortController();
  const { signal: left } = leave;
  const title = page?.title ?? 'No such page';
  document.title = `${title} · voucher-edge`;
  for (const link of document.querySelectorAll('nav a[data-view]')) {
    if (link.getAttribute('data-view') === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const section = document.createElement('div');
  section.className = `view view-${page ? name : 'missing'}`;
  main.replaceChildren(section);
  if (shown !== null && shown !== name) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
    say(title);
  }
  shown = name;
  isLoaded = false;
  const found = page ? page.load() : { view: Missing };
  if (found instanceof Promise) render(<Loading what={title} />, section);
  const { view } = await Promise.resolve(found).catch(() => ({ view: Outdated }));
  if (left.aborted) return;
  isLoaded = view !== Outdated;
  showView(view, section, left);
}

function Missing() {
  return (
    <Empty title="There is no such page">
      <p>
        <a href="#/">Go to the overview</a>
      </p>
    </Empty>
  );
}

/** The parts of the console have a hash in their names: a deployment takes those away that an open page knows. */
function Outdated() {
  return (
    <Empty title="This view cannot be loaded">
      <p>The connection failed, or the console has changed since this page was opened.</p>
      <Button click={() => location.reload()}>Reload</Button>
    </Empty>
  );
}

addEventListener('hashchange', () => void show());
void show();
