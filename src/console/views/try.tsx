import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { call, type Failure, type Result } from '../lib/api.ts';
import { certainty } from '../lib/certainty.ts';
import { plural, priced, words } from '../lib/format.ts';
import { Headline, Term } from '../lib/parts.tsx';
import { addressOf } from '../lib/router.ts';
import { secrets } from '../lib/secrets.ts';
import { type Answer, type Description, type Table, table } from '../lib/service.ts';
import { Failed, Loading, say } from '../lib/status.tsx';
import { Loaded, useLater, useQuery } from '../lib/view.tsx';
import { CustomerForm, type Question, questionOf } from './customer-form.tsx';
import { bandLabel } from './grid.ts';
import { Ladder } from './ladder.tsx';
import { countryNamed, formData, servedStatistic } from './segment-options.tsx';
import { Snippets } from './snippets.tsx';

/** A form for a customer; the answer, how sure it is and how it came about. The question is in the address. */
export const view = () => (
  <>
    <Headline title="Try it">What would this customer get, how sure is that, and why?</Headline>
    <Loaded
      what="the form"
      load={formData}
      show={([artifact, cells]) => <Form artifact={artifact} cells={cells} />}
    />
  </>
);

/** An answer, and the table of its segment where that is of the same version. */
interface Answered {
  answer: Answer;
  cells: Table | null;
}

async function ask({ body }: Question): Promise<Result<Answered>> {
  const [result, looked] = await Promise.all([
    call<Answer>('/voucher?explain=true', { method: 'POST', json: body, as: 'caller' }),
    table([String(body.segment_name)]),
  ]);
  if (!result.ok) return result;
  const { value: answer } = result;
  const same = looked.ok && looked.value.version === answer.artifact_version;
  return { ok: true, value: { answer, cells: same ? looked.value : null } };
}

function Form({ artifact, cells }: { artifact: Description; cells: Table | null }) {
  const [query, change] = useQuery();
  const [turn, setTurn] = useState(0);
  const countries = Object.keys(cells?.countries ?? {});
  const question = questionOf(query, artifact, countries);
  // A question that is in the address is asked when the page is opened, and again after back and forward.
  const key = query.toString();
  const isAsked = query.has('ask');
  const result = useLater(async () => (isAsked ? await ask(question) : null), `${turn} ${key}`);

  useEffect(() => {
    if (!result?.ok) return;
    const { voucher_amount, currency } = result.value.answer;
    say(`The voucher is ${priced(voucher_amount, currency)}`);
  }, [result]);

  // Back and forward fill the form anew; what was just sent from it stays as it is, with the focus where it was.
  const filled = useRef({ key, times: 0 });
  if (filled.current.key !== key) filled.current = { key, times: filled.current.times + 1 };

  const submit = (fields: Readonly<Record<string, string>>) => {
    const next = addressOf('try', { ...fields, ask: '1' });
    if (next === addressOf('try', Object.fromEntries(query))) return setTurn(turn + 1);
    filled.current.key = next.split('?')[1] ?? '';
    change({ ...Object.fromEntries([...query.keys()].map((name) => [name, ''])), ...fields, ask: '1' });
  };
  return (
    <div class="split">
      <section class="card" aria-label="The customer">
        <CustomerForm
          key={String(filled.current.times)}
          artifact={artifact}
          countries={countries}
          question={question}
          refused={result?.ok === false ? result : null}
          submit={submit}
        />
      </section>
      <div class="result" aria-live="polite">
        {!isAsked && (
          <section class="state state-quiet">
            <p>The answer appears here.</p>
          </section>
        )}
        {isAsked && result === null && <Loading what="the answer" />}
        {result?.ok === false && <Refused failure={result} />}
        {result?.ok && (
          <>
            <TheAnswer {...result.value} artifact={artifact} country={String(question.body.country_code)} />
            <Snippets body={question.body} keyed={secrets.apiKey !== null} />
          </>
        )}
      </div>
    </div>
  );
}

function Refused({ failure }: { failure: Failure }) {
  if (failure.code === 'unauthorized') {
    return (
      <section class="state" role="alert">
        <h2>
          {secrets.apiKey === null ? 'This deployment asks for an API key' : 'The API key is not known'}
        </h2>
        <p>Enter one in the form, and ask again.</p>
      </section>
    );
  }
  if (failure.errors.length === 0) return <Failed failure={failure} />;
  return (
    <section class="state state-bad" role="alert">
      <h2>{plural(failure.errors.length, 'field needs', 'fields need')} another value</h2>
      <p>The form says what is wrong with {failure.errors.length === 1 ? 'it' : 'each'}.</p>
    </section>
  );
}

interface AnswerProps extends Answered {
  artifact: Description;
  country: string;
}

function TheAnswer({ answer, artifact, cells, country }: AnswerProps) {
  const { voucher_amount, currency, segment_name, segment, source, explain: steps } = answer;
  const shown = countryNamed(Object.keys(cells?.countries ?? {}), country) ?? country.trim();
  const own = cells === null ? undefined : new Map(Object.entries(cells.countries)).get(shown);
  const cell =
    segment === null ? undefined : new Map(Object.entries(own?.segments[segment_name] ?? {})).get(segment);
  const combine = artifact.config.combined[segment_name]?.combine ?? [];
  const figures = source === 'segment' ? cell : source === 'country' ? own?.overall : undefined;
  return (
    <section class="card answer">
      <h2>The answer</h2>
      <p class="answer-amount">
        <output>{priced(voucher_amount, currency)}</output>
      </p>
      <p class="answer-why">
        <Why answer={answer} country={shown} artifact={artifact} />
      </p>
      {figures ? (
        <p class="certainty">
          With 95% confidence the <Term name="interval">mean</Term> of such customers is{' '}
          <strong>{certainty(figures, currency)}</strong>.
        </p>
      ) : null}
      {source === 'default' ? (
        <WhyDefault
          artifact={artifact}
          segment={segment_name}
          hasRows={cells === null || own?.overall != null}
        />
      ) : null}
      {cell === undefined || segment === null ? null : (
        <p>
          <a href={addressOf('segments', { of: segment_name, at: shown, band: segment })}>
            See the cell <bdi>{shown}</bdi>, <bdi>{bandLabel(segment, combine)}</bdi>
          </a>
        </p>
      )}
      {steps ? (
        <>
          <h3>How the answer was found</h3>
          <Ladder steps={steps} segments={combine} segment={segment_name} />
        </>
      ) : null}
    </section>
  );
}

function Why({ answer, country, artifact }: { answer: Answer; country: string; artifact: Description }) {
  const { config } = artifact;
  const { segment_name, segment, source, sample_size } = answer;
  if (source === 'default') return <>The default: the history has no amount for this customer.</>;
  const from = `from ${plural(sample_size, 'row')} of history.`;
  if (source === 'country') {
    return (
      <>
        For <bdi>{country}</bdi> as a whole, {from}
      </>
    );
  }
  const combined = config.combined[segment_name];
  const statistic = servedStatistic(config, segment_name);
  const band = bandLabel(segment ?? '', combined?.combine);
  return (
    <>
      For <bdi>{country}</bdi>, {combined ? '' : words(segment_name)} <bdi>{band}</bdi>, {from}
      {statistic === 'mean' ? '' : ` The amount is their ${words(statistic)}.`}
    </>
  );
}

function WhyDefault({
  artifact,
  segment,
  hasRows,
}: {
  artifact: Description;
  segment: string;
  /** Whether the history has rows of the country: otherwise it has nothing to fall back to. */
  hasRows: boolean;
}) {
  const { fallback } = artifact.config;
  const helps = hasRows && !fallback.includes('country');
  return (
    <div class="finding finding-warn">
      <strong>Nothing in the history answers for this customer</strong>
      <p>
        The <Term name="default" /> of the config is served.
        {hasRows ? '' : ' The history has no rows of this country.'}
        {helps ? ' With "fallback": ["country"] the country as a whole would answer. ' : ' '}
        <a href={addressOf('what-if', { of: segment, fallback: helps ? 'country' : '' })}>
          See what would change
        </a>
      </p>
    </div>
  );
}
