import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';

/** What a test asks the team to sign. */
export interface Wanted {
  claims: Record<string, unknown>;
  /** Which of its keys: `stranger` is not one of those that it publishes; `hmac` signs with the text of the public key. */
  by?: 'one' | 'two' | 'stranger' | 'hmac' | 'none';
  kid?: string;
  /** What else the head says. */
  header?: Record<string, unknown>;
}

export interface Team {
  origin: string;
  /** How often its keys were fetched. */
  fetches: () => number;
  /** How it answers for its keys. */
  manner: (manner: 'well' | 'down' | 'hanging' | 'redirecting' | 'nonsense') => void;
  /** Whether the second key is published. */
  publishTwo: (isPublished: boolean) => void;
  sign: (wanted: Wanted) => Promise<string>;
  stop: () => Promise<void>;
}

/** A team of Cloudflare Access on the loopback: a real server of keys, and real signatures. POST /sign signs for other runtimes. */
export async function startTeam(): Promise<Team> {
  const pair = () => generateKeyPair('RS256', { extractable: true });
  const [one, two, stranger] = await Promise.all([pair(), pair(), pair()]);
  const publicKey = async (pair: typeof one, kid: string) => ({
    ...(await exportJWK(pair.publicKey)),
    kid,
    alg: 'RS256',
    use: 'sig',
  });
  const jwks = [await publicKey(one, 'one'), await publicKey(two, 'two')];
  let manner: Parameters<Team['manner']>[0] = 'well';
  let published = 1;
  let fetches = 0;

  async function sign({ claims, by = 'one', kid = by, header }: Wanted): Promise<string> {
    if (by === 'none') {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      return `${part({ alg: 'none', kid: 'one' })}.${part(claims)}.`;
    }
    const token = new SignJWT(claims);
    if (by !== 'hmac') {
      const { privateKey } = { one, two, stranger }[by];
      return await token
        .setProtectedHeader({ alg: 'RS256', kid, ...header })
        .sign(privateKey, { crit: { later: false } });
    }
    const secret = new TextEncoder().encode(await exportSPKI(one.publicKey));
    return await token.setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret);
  }

  const server = createServer(async (request, response) => {
    if (request.url === '/sign') {
      response.end(await sign((await json(request)) as Wanted));
      return;
    }
    if (request.url !== '/cdn-cgi/access/certs') {
      response.writeHead(404).end();
      return;
    }
    fetches++;
    if (manner === 'hanging') return;
    if (manner === 'down') response.writeHead(503).end();
    else if (manner === 'redirecting') response.writeHead(302, { location: '/elsewhere' }).end();
    else if (manner === 'nonsense') response.end('{"keys": "all of them"}');
    else response.end(JSON.stringify({ keys: [{ kty: 'EC', kid: 'other' }, ...jwks.slice(0, published)] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    fetches: () => fetches,
    manner: (next) => {
      manner = next;
    },
    publishTwo: (isPublished) => {
      published = isPublished ? 2 : 1;
    },
    sign,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
