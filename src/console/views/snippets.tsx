import { useState } from 'hono/jsx/dom';
import { Button, Choice, Code } from '../lib/parts.tsx';
import { say } from '../lib/status.tsx';

/** Shown instead of the reader's own key. */
const PLACEHOLDER = 'YOUR_API_KEY';

const LANGUAGES = { curl: curlOf, TypeScript: typescriptOf };
type Language = keyof typeof LANGUAGES;

interface SnippetsProps {
  body: Readonly<Record<string, unknown>>;
  /** Whether it takes an API key: then there is a place for it, and never the key itself. */
  keyed: boolean;
}

/** The same call for a terminal and for a program. */
export function Snippets({ body, keyed }: SnippetsProps) {
  const [language, setLanguage] = useState<Language>('curl');
  const [copied, setCopied] = useState('Copy');
  const text = LANGUAGES[language](body, keyed);
  const copy = async () => {
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    const said = done ? 'Copied' : 'Select and copy it';
    setCopied(said);
    say(said);
    setTimeout(() => setCopied('Copy'), 2000);
  };
  return (
    <section class="card">
      <div class="figure-head">
        <h2>The same call</h2>
        <Button click={() => void copy()} kind="small">
          {copied}
        </Button>
      </div>
      <Choice
        legend={<span class="unseen">Language</span>}
        name="snippet"
        value={language}
        options={(Object.keys(LANGUAGES) as Language[]).map((name) => [name, name] as const)}
        change={setLanguage}
      />
      <Code>{text}</Code>
    </section>
  );
}

/** For a POSIX shell: a quote ends the text, is escaped, and begins it again. */
function curlOf(body: SnippetsProps['body'], keyed: boolean): string {
  const key = keyed ? `  -H 'x-api-key: ${PLACEHOLDER}' \\\n` : '';
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  return `curl -s ${location.origin}/voucher \\\n  -H 'content-type: application/json' \\\n${key}  -d '${json}'`;
}

function typescriptOf(body: SnippetsProps['body'], keyed: boolean): string {
  const key = keyed ? `, { headers: { 'x-api-key': '${PLACEHOLDER}' } }` : '';
  return `import { createClient } from 'voucher-edge/client';

const vouchers = createClient('${location.origin}'${key});
const result = await vouchers.voucher(${JSON.stringify(body, null, 2)});
if (result.ok) console.log(result.answer.voucher_amount);
else console.error(result.problem.code, result.problem.detail);`;
}
