import { fill, h } from '../lib/dom.ts';
import { button } from '../lib/parts.ts';
import { say } from '../lib/status.ts';

/** Shown instead of the reader's own key. */
const PLACEHOLDER = 'YOUR_API_KEY';

/**
 * The same call for a terminal and for a program.
 *
 * @param keyed whether it takes an API key: then there is a place for it, and never the key itself
 */
export function snippets(body: Record<string, unknown>, keyed: boolean): HTMLElement {
  const texts = { curl: curlOf(body, keyed), TypeScript: typescriptOf(body, keyed) };
  const code = h('pre', { tabindex: 0 });
  const copy = button('Copy', () => void copyText(code.textContent ?? '', copy), 'small');
  const show = (name: keyof typeof texts) => fill(code, texts[name]);
  const choices = (Object.keys(texts) as (keyof typeof texts)[]).map((name, index) =>
    h(
      'label',
      h('input', {
        type: 'radio',
        name: 'snippet',
        value: name,
        checked: index === 0,
        change: () => show(name),
      }),
      h('span', name),
    ),
  );
  show('curl');
  return h(
    'section.card',
    h('div.figure-head', h('h2', 'The same call'), copy),
    h('fieldset.choice', h('legend.unseen', 'Language'), h('div.choice-row', choices)),
    code,
  );
}

/** For a POSIX shell: a quote ends the text, is escaped, and begins it again. */
function curlOf(body: Record<string, unknown>, keyed: boolean): string {
  const key = keyed ? `  -H 'x-api-key: ${PLACEHOLDER}' \\\n` : '';
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  return `curl -s ${location.origin}/voucher \\\n  -H 'content-type: application/json' \\\n${key}  -d '${json}'`;
}

function typescriptOf(body: Record<string, unknown>, keyed: boolean): string {
  const key = keyed ? `, { headers: { 'x-api-key': '${PLACEHOLDER}' } }` : '';
  return `import { createClient } from 'voucher-edge/client';

const vouchers = createClient('${location.origin}'${key});
const result = await vouchers.voucher(${JSON.stringify(body, null, 2)});
if (result.ok) console.log(result.answer.voucher_amount);
else console.error(result.problem.code, result.problem.detail);`;
}

async function copyText(text: string, button: HTMLButtonElement): Promise<void> {
  const done = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  button.textContent = done ? 'Copied' : 'Select and copy it';
  say(button.textContent);
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}
