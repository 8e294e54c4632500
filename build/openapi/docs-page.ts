import { html, raw } from 'hono/html';
import { MEANINGS, type ProblemCode, STATUS_OF } from '../../src/api/problem-codes.ts';
import { type Documented, jsonSchemas } from './document.ts';
import { type Operation, problemsOf } from './operation.ts';
import { ORIGIN, type Recorded, requestOf } from './record.ts';
import { ALERT, RUNBOOK } from './runbook.ts';
import { type Property, propertiesOf } from './schema-rows.ts';
import type { SchemaName } from './schemas.ts';

const TAGS: Record<Tag, string> = {
  Vouchers: 'What shops ask.',
  OpenFeature:
    'The same for OpenFeature SDKs, by their protocol for remote evaluation (OFREP): a segment is a flag.',
  Artifact: 'What answers are made from.',
  Health: 'For probes.',
  Versions: 'For operators: what was live, what would change, and the way back.',
  Uploads: 'For operators: the files that the artifact is made from, and the runs that take them in.',
};

type Tag = Operation['tag'];
type Html = ReturnType<typeof html>;

/** A part of a page, and how the index leads to it. */
interface Part {
  title: string;
  links: (all: readonly Documented[]) => readonly [id: string, text: Html | string][];
  section: (all: readonly Documented[]) => Html;
}

/** The two pages, by the path that each is served at, with their parts in their order. */
const PAGES: Record<DocsPath, { title: string; lead: Html; parts: readonly Part[] }> = {
  '/docs': {
    title: 'API reference',
    lead: html`Every route, with what the service answers from a sample of the history. For programs: <a href="/openapi.json">openapi.json</a>, OpenAPI 3.1.`,
    parts: [
      ...(['Vouchers', 'OpenFeature', 'Artifact', 'Health'] as const).map(routes),
      { title: 'Errors', links: () => [['errors', 'All codes']], section: errors },
    ],
  },
  '/docs/operators': {
    title: 'For operators',
    lead: html`What to look at when something is wrong, what to do then, and the routes that need the admin token.`,
    parts: [
      { title: 'Operators', links: () => [['runbook', 'When something is wrong']], section: runbook },
      ...(['Versions', 'Uploads'] as const).map(routes),
    ],
  },
};

type DocsPath = '/docs' | '/docs/operators';

/**
 * Writes the reference as two pages of HTML: for callers and for operators. They open at once, print, and can be searched
 * with the browser. Without their script, examples have the address of a local server.
 *
 * @param shell the console's page, whose head and navigation they take
 * @param script the path of the script
 */
export function docsPages(
  all: readonly Documented[],
  shell: string,
  script: string,
): Record<DocsPath, string> {
  const paths = Object.keys(PAGES) as DocsPath[];
  const pages = paths.map((path) => [path, docsPage(path, all, shell, script)]);
  return Object.fromEntries(pages);
}

function docsPage(path: DocsPath, all: readonly Documented[], shell: string, script: string): string {
  const { title, lead, parts } = PAGES[path];
  const content = html`
<div class="view docs" data-origin="${ORIGIN}">
<header class="headline">
<h1>${title}</h1>
<p class="lead">${lead}</p>
</header>
<nav class="docs-nav" aria-label="Routes">${index(all)}</nav>
<div class="docs-body">
${parts.map((part) => part.section(all))}
</div>
</div>`;
  return shell
    .replace(/<main[\s\S]*<\/main>/, () => `<main id="content" tabindex="-1">${content}</main>`)
    .replace(/<script[^>]*><\/script>/, () => `<script type="module" src="${script}"></script>`)
    .replace(/\s*<p id="said"[^>]*><\/p>/, '')
    .replace('<title>voucher-edge</title>', () => `<title>${title} · voucher-edge</title>`)
    .replace('<a href="/docs">', '<a href="/docs" aria-current="page">')
    .replaceAll('href="#/', 'href="/#/');
}

/** All routes of both pages, and what else they have. */
function index(all: readonly Documented[]): Html {
  const parts = Object.entries(PAGES).flatMap(([path, page]) =>
    page.parts.map(({ title, links }) => {
      const items = links(all).map(([id, text]) => html`<li><a href="${path}#${id}">${text}</a></li>`);
      return html`<div><h2>${title}</h2><ul>${items}</ul></div>`;
    }),
  );
  return html`${parts}`;
}

function runbook(): Html {
  return html`
<section aria-labelledby="runbook"><h2 class="docs-tag" id="runbook">When something is wrong</h2>
<p class="hint">Begin with <code>GET /ready</code>: it needs no token. The alerts are those of <code>build/deploy/monitoring/alerts.yml</code>.</p>
<div class="card"><table class="list runbook">
<thead><tr><th scope="col">You see</th><th scope="col">It means</th><th scope="col">What to do</th></tr></thead>
<tbody>${RUNBOOK.map(({ id, sign, meaning, remedy }) => html`<tr id="${id}"><th scope="row">${prose(sign)}${id.startsWith(ALERT) && html`<p class="hint">Alert ${id}</p>`}</th><td>${prose(meaning)}</td><td>${prose(remedy)}</td></tr>`)}</tbody>
</table></div></section>`;
}

/** Text for people, in which what is between backticks is code. */
function prose(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function name({ method, path }: Operation): Html {
  return html`<span class="method method-${method}">${method.toUpperCase()}</span> <code>${path}</code>`;
}

/** The part of all routes of a tag. */
function routes(tag: Tag): Part {
  const own = (all: readonly Documented[]) => all.filter(({ operation }) => operation.tag === tag);
  return {
    title: tag,
    links: (all) => own(all).map(({ operation }) => [operation.id, name(operation)]),
    section: (all) =>
      html`<section aria-labelledby="tag-${tag}"><h2 class="docs-tag" id="tag-${tag}">${tag}</h2><p class="hint">${TAGS[tag]}</p>${own(all).map(article)}</section>`,
  };
}

const WHO = {
  callers: 'An API key in x-api-key or as Authorization: Bearer, where the deployment has API_KEYS.',
  anybody: 'Anybody.',
  operators: 'The admin token.',
};

function article({ operation, recorded }: Documented): Html {
  const { id, summary, description, parameters = [], request, answer, who } = operation;
  const schema = request?.schema;
  return html`
<article class="card" id="${id}" aria-labelledby="${id}-name">
<h3 id="${id}-name">${name(operation)}</h3>
<p class="docs-summary">${summary}</p>
<p>${prose(description)}</p>
<p class="hint">Who may call it: ${WHO[who]}</p>
${
  parameters.length > 0 &&
  table(
    'Parameters',
    parameters.map(({ name, in: type, description }) => ({
      name,
      type,
      description,
      required: type === 'path',
    })),
  )
}
${schema && fields('Body', schema)}
${answer.schema && fields('Answer', answer.schema)}
<h4>Examples</h4>
${recorded.map((one, at) => example(operation, one, at === 0 && operation.tag === 'Vouchers'))}
<p class="hint">Errors: ${problemsOf(operation).map((code, at) => html`${at > 0 && ', '}<a href="/docs#error-${code}"><code>${code}</code></a>`)}</p>
</article>`;
}

/** Of an answer nothing is called required: that is for the sender. */
function fields(caption: 'Body' | 'Answer', name: SchemaName): Html {
  const schema = jsonSchemas()[name];
  const rows = propertiesOf(schema).map((row) => (caption === 'Answer' ? { ...row, required: false } : row));
  return table(schema.type === 'array' ? `${caption}: an array, each entry with` : caption, rows);
}

function table(caption: string, rows: readonly Property[]): Html {
  return html`
<table class="list">
<caption>${caption}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${rows.map(({ name, type, description, required }) => html`<tr><th scope="row"><code>${name}</code>${required && html` <span class="pill pill-quiet">required</span>`}</th><td data-label="Type">${type}</td><td>${prose(description)}</td></tr>`)}</tbody>
</table>`;
}

function example(operation: Operation, { example, status, body }: Recorded, opened: boolean): Html {
  return html`
<details class="example"${opened && raw(' open')}>
<summary><span class="status status-${String(status)[0]}">${status}</span> ${example.summary}</summary>
<pre tabindex="0" aria-label="Request">${curl(operation, example)}</pre>
${body === null ? html`<p class="hint">No body.</p>` : html`<pre tabindex="0" aria-label="Answer">${JSON.stringify(body, null, 2)}</pre>`}
</details>`;
}

/** The call for a terminal; a body that is only there for its size is cut. */
function curl(operation: Operation, example: Recorded['example']): string {
  const request = requestOf(operation, example);
  const { pathname, search } = new URL(request.url);
  const headers = ['authorization', 'x-api-key', 'if-none-match', 'content-type'].flatMap((name) => {
    const value = request.headers.get(name);
    if (value === null) return [];
    // In single quotes the shell would send the name of the variable.
    return [name === 'authorization' ? `  -H "${name}: Bearer $ADMIN_TOKEN"` : `  -H '${name}: ${value}'`];
  });
  const { body } = example;
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2);
  const shown = text.length > 2000 ? `${text.slice(0, 40)}…` : text;
  const lines = [`curl -X ${request.method} '${ORIGIN}${pathname}${search}'`, ...headers];
  if (text !== '') lines.push(`  -d '${shown.replaceAll("'", "'\\''")}'`);
  return lines.join(' \\\n');
}

function errors(all: readonly Documented[]): Html {
  const codes = Object.entries(STATUS_OF) as [ProblemCode, number][];
  const users = (code: ProblemCode) =>
    all.filter(({ operation }) => problemsOf(operation).includes(code)).length;
  return html`
<section aria-labelledby="errors"><h2 class="docs-tag" id="errors">Errors</h2>
<p class="hint">Each is problem+json (RFC 9457). Branch on code: titles and details are for people.</p>
<div class="card"><table class="list">
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th><th scope="col" class="number">Routes</th></tr></thead>
<tbody>${codes.map(([code, status]) => html`<tr id="error-${code}"><th scope="row"><code>${code}</code></th><td data-label="Status">${status}</td><td data-label="Meaning">${MEANINGS[code]}</td><td data-label="Routes" class="number">${users(code)}</td></tr>`)}</tbody>
</table></div></section>`;
}
