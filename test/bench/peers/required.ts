import { Hono } from 'hono';

/**
 * An echo that does what every answer has to besides, and nothing else: the request's id, the headers, and a line in
 * the log as long as ours. What is between it and the service is what the service itself costs; what is between it
 * and the echo is what the runtime asks for the rest.
 */
const app = new Hono();

app.post('/voucher', async (c) => {
  const started = performance.now();
  const id = c.req.raw.headers.get('x-request-id') ?? crypto.randomUUID();
  const text = JSON.stringify(await c.req.json());
  const line = `{"@timestamp":"${Date.now()}","log.level":"info","message":"POST /voucher 200","ecs.version":"8.11.0","service.name":"voucher-edge","http.request.method":"POST","http.request.id":"${id}","http.route":"/voucher","http.response.status_code":200,"event.duration":${performance.now() - started},"voucher.artifact_version":"0123456789abcdef","voucher.check_age":0,"voucher.country":"Australia","voucher.source":"segment","voucher.amount":21.2,"feature_flag.key":"recency_segment","feature_flag.result.variant":"30-60","feature_flag.result.reason":"targeting_match","feature_flag.version":"0123456789abcdef","feature_flag.provider.name":"voucher-edge"}`;
  write(line);
  return respond(text, id);
});

export default app;

/** What is used of Deno; not there on workerd. */
declare const Deno: { stdout: { writeSync(bytes: Uint8Array): number } } | undefined;

const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-artifact-version': '0123456789abcdef',
  'x-check-age': '0',
};
const entries = Object.entries(HEADERS);
const shared = new Headers(entries);
const encoder = new TextEncoder();
let held = '';

/** On Deno many lines at once, on workerd each by itself: the cheapest way of each that loses none. */
function write(line: string): void {
  if (typeof Deno === 'undefined') {
    console.log(line);
    return;
  }
  held += `${line}\n`;
  if (held.length < 65_536) return;
  Deno.stdout.writeSync(encoder.encode(held));
  held = '';
}

/** The cheapest way of setting these headers that was found on each. */
function respond(text: string, id: string): Response {
  if (typeof Deno === 'undefined') {
    shared.set('x-request-id', id);
    return new Response(text, { headers: shared });
  }
  const response = new Response(text);
  const own = response.headers;
  for (const [name, value] of entries) {
    if (name === 'content-type') own.set(name, value);
    else own.append(name, value);
  }
  own.append('x-request-id', id);
  return response;
}
