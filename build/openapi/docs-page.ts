import { MEANINGS, type ProblemCode, STATUS_OF } from '../../src/api/problem-codes.ts';
import type { Documented } from './document.ts';
import { jsonSchemas } from './document.ts';
import { Html, html } from './html.ts';
import type { Operation } from './operation.ts';
import type { Recorded } from './record.ts';
import { requestOf } from './record.ts';
import { isArray, type Property, propertiesOf } from './schema-rows.ts';
import type { SchemaName } from './schemas.ts';

const TAGS: Record<Operation['tag'], string> = {
  Vouchers: 'What shops ask.',
  OpenFeature:
    'The same for OpenFeature SDKs, by their protocol for remote evaluation (OFREP): a segment is a flag.',
  Artifact: 'What answers are made from.',
  Health: 'For probes.',
  Versions: 'For operators: what was live, what would change, and the way back.',
  Uploads: 'For operators: files on their way into the artifact, and what became of them.',
};

/**
 * Writes the reference as one page of HTML. It needs no script: it opens at once, prints, and can be searched with
 * the browser.
 *
 * @param shell the console's page, whose head and navigation it takes
 */
export function docsPage(all: readonly Documented[], shell: string): string {
  const tags = Object.keys(TAGS) as Operation['tag'][];
  const content = html`
<div class="view docs">
<header class="headline">
<h1>API reference</h1>
<p class="lead">Every route with an answer that the service gave when this page was made. For programs: <a href="/openapi.json">openapi.json</a>, OpenAPI 3.1.</p>
</header>
<nav class="docs-nav" aria-label="Routes">${tags.map((tag) => index(tag, all))}</nav>
${tags.map((tag) => section(tag, all))}
${errors(all)}
</div>`;
  return shell
    .replace(/<main[\s\S]*<\/main>/, () => `<main id="content" tabindex="-1">${content.text}</main>`)
    .replace(/\s*<script[^>]*><\/script>/, '')
    .replace(/\s*<p id="said"[^>]*><\/p>/, '')
    .replace('<title>voucher-edge</title>', '<title>API reference · voucher-edge</title>')
    .replace('<a href="/docs">', '<a href="/docs" aria-current="page">')
    .replaceAll('href="#/', 'href="/#/');
}

function index(tag: Operation['tag'], all: readonly Documented[]): Html {
  const own = all.filter(({ operation }) => operation.tag === tag);
  return html`<div><h2>${tag}</h2><ul>${own.map(({ operation }) => html`<li><a href="#${operation.id}">${name(operation)}</a></li>`)}</ul></div>`;
}

function name({ method, path }: Operation): Html {
  return html`<span class="method method-${method}">${method.toUpperCase()}</span> <code>${path}</code>`;
}

function section(tag: Operation['tag'], all: readonly Documented[]): Html {
  const own = all.filter(({ operation }) => operation.tag === tag);
  return html`<section aria-labelledby="tag-${tag}"><h2 class="docs-tag" id="tag-${tag}">${tag}</h2><p class="hint">${TAGS[tag]}</p>${own.map(article)}</section>`;
}

const WHO = {
  callers: 'An API key in x-api-key or as Authorization: Bearer, where the deployment has API_KEYS.',
  anybody: 'Anybody.',
  operators: 'The admin token.',
};

function article({ operation, recorded }: Documented): Html {
  const { id, summary, description, parameters = [], request, answer, problems, who } = operation;
  const schema = request?.schema;
  return html`
<article class="card" id="${id}" aria-labelledby="${id}-name">
<h3 id="${id}-name">${name(operation)}</h3>
<p class="docs-summary">${summary}</p>
<p>${description}</p>
<p class="hint">Who may call it: ${WHO[who]}</p>
${
  parameters.length > 0 &&
  table(
    'Parameters',
    parameters.map(({ name, in: place, description, required }) => ({
      name,
      type: place,
      description,
      required: required ?? false,
    })),
  )
}
${schema && fields('Body', schema)}
${answer.schema && fields('Answer', answer.schema)}
<h4>Examples</h4>
${recorded.map((one, at) => example(operation, one, at === 0 && operation.tag === 'Vouchers'))}
<p class="hint">Errors: ${problems.map((code, at) => html`${at > 0 && ', '}<a href="#error-${code}"><code>${code}</code></a>`)}</p>
</article>`;
}

/** Of an answer nothing is called required: that is for the sender. */
function fields(caption: 'Body' | 'Answer', name: SchemaName): Html {
  const schema = jsonSchemas()[name];
  const rows = propertiesOf(schema).map((row) => (caption === 'Answer' ? { ...row, required: false } : row));
  return table(isArray(schema) ? `${caption}: an array, each entry with` : caption, rows);
}

function table(caption: string, rows: readonly Property[]): Html {
  return html`
<table class="list">
<caption>${caption}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${rows.map(({ name, type, description, required }) => html`<tr><th scope="row"><code>${name}</code>${required && html` <span class="pill pill-quiet">required</span>`}</th><td data-label="Type">${type}</td><td>${description}</td></tr>`)}</tbody>
</table>`;
}

function example(operation: Operation, { example, status, body }: Recorded, opened: boolean): Html {
  return html`
<details class="example"${opened && new Html(' open')}>
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
    return value === null ? [] : [`  -H '${name}: ${value.replace(/^(Bearer) .+/, '$1 $ADMIN_TOKEN')}'`];
  });
  const { body } = example;
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2);
  const shown = text.length > 2000 ? `${text.slice(0, 40)}…` : text;
  const lines = [`curl -X ${request.method} 'http://localhost:8787${pathname}${search}'`, ...headers];
  if (text !== '') lines.push(`  -d '${shown.replaceAll("'", "'\\''")}'`);
  return lines.join(' \\\n');
}

function errors(all: readonly Documented[]): Html {
  const codes = Object.entries(STATUS_OF) as [ProblemCode, number][];
  const users = (code: ProblemCode) =>
    all.filter(({ operation }) => operation.problems.includes(code)).length;
  return html`
<section aria-labelledby="errors"><h2 class="docs-tag" id="errors">Errors</h2>
<p class="hint">Each is problem+json (RFC 9457). Branch on code: titles and details are for people.</p>
<div class="card"><table class="list">
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th><th scope="col" class="number">Routes</th></tr></thead>
<tbody>${codes.map(([code, status]) => html`<tr id="error-${code}"><th scope="row"><code>${code}</code></th><td data-label="Status">${status}</td><td data-label="Meaning">${MEANINGS[code]}</td><td data-label="Routes" class="number">${users(code)}</td></tr>`)}</tbody>
</table></div></section>`;
}
