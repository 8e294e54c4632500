import { useRef, useState } from 'hono/jsx/dom';
import type { Versions } from '../../api/versions.ts';
import { call, type Failure } from '../lib/api.ts';
import { Button, Field, fieldsOf, Headline } from '../lib/parts.tsx';
import { secrets } from '../lib/secrets.ts';
import { type Readiness, readiness } from '../lib/service.ts';
import { Failed, Loading } from '../lib/status.tsx';
import { both, Loaded, useLeft, useQuery } from '../lib/view.tsx';
import { Compare } from './compare.tsx';
import { Files } from './files.tsx';
import { History } from './history.tsx';
import { openMove } from './move.tsx';

/** What was live when, what versions would change, going back, and files on their way in: for who has the token. */
export function view() {
  const [isIn, setIn] = useState(secrets.token !== null);
  return (
    <>
      <Headline title="Versions">What was live when, what a version would change, and the way back.</Headline>
      <div>{isIn ? <Inside leave={() => setIn(false)} /> : <SignIn enter={() => setIn(true)} />}</div>
    </>
  );
}

/** Asks for the token, tries it, and lets in or says why not. */
function SignIn({ enter }: { enter: () => void }) {
  const left = useLeft();
  const input = useRef<HTMLInputElement | null>(null);
  const [said, setSaid] = useState<'loading' | Failure | null>(null);
  const submit = async (event: Event) => {
    secrets.token = fieldsOf(event)('token');
    setSaid('loading');
    const result = await call<Versions>('/versions', { as: 'operator' });
    if (!result.ok) secrets.token = null;
    if (left.aborted) return;
    if (!result.ok) {
      setSaid(result);
      input.current?.focus();
      return;
    }
    enter();
    document.getElementById('content')?.focus({ preventScroll: true });
  };
  const failed = said !== null && said !== 'loading' && <Failed failure={said} />;
  if (failed && said.code === 'admin_closed') return failed;
  return (
    <form class="card sign-in" onSubmit={(event: Event) => void submit(event)}>
      <h2>For operators</h2>
      <Field
        id="token"
        label="Admin token"
        input={input}
        type="password"
        note="The ADMIN_TOKEN of this deployment, or your own. Leave it empty with Cloudflare Access. It stays in the memory of this page: a reload forgets it."
      />
      <Button kind="main">Open</Button>
      <div>{said === 'loading' ? <Loading what="the versions" /> : failed}</div>
    </form>
  );
}

function Inside({ leave }: { leave: () => void }) {
  const [turn, setTurn] = useState(0);
  const load = () => both(call<Versions>('/versions', { as: 'operator' }), readiness());
  const forget = () => {
    secrets.token = null;
    leave();
  };
  return (
    <Loaded
      what="the versions"
      of={String(turn)}
      load={load}
      show={([known, ready]) => (
        <Known known={known} ready={ready} again={() => setTurn(turn + 1)} forget={forget} />
      )}
    />
  );
}

interface KnownProps {
  known: Versions;
  ready: Readiness;
  again: () => void;
  forget: () => void;
}

function Known({ known, ready: { version: served }, again, forget }: KnownProps) {
  const [, change] = useQuery();
  return (
    <>
      <div class="session">
        <span class="hint">You are signed in as an operator.</span>
        <Button click={forget} kind="small">
          Forget the token
        </Button>
      </div>
      <History
        known={known}
        served={served}
        compare={(version) => change({ from: served, to: version })}
        move={(action, version) => openMove({ action, version, served, done: again })}
      />
      <Compare known={known} served={served} />
      <Files changed={again} />
    </>
  );
}
