import { messageOf } from '../core/errors.ts';
import type { UnderWay } from '../http/endpoint.ts';
import { sleep } from '../platform/clock.ts';
import { ecsLine, type Log } from '../platform/ecs.ts';
import { codeOf } from './deno.ts';
import { SettingError } from './setting-error.ts';

/** What is used of Deno to serve HTTP. */
export interface DenoServe {
  serve(
    options: { hostname: string; port: number; onListen: (address: Address) => void },
    handler: Handler,
  ): { addr: Address; finished: Promise<void>; shutdown(): Promise<void> };
  open(path: string, options: { read: true }): Promise<{ close(): void }>;
}

interface Address {
  hostname: string;
  port: number;
}

export type Handler = (request: Request, info: RequestInfo) => Response | Promise<Response>;

export interface RequestInfo {
  remoteAddr: { hostname?: string };
  /** Settles when the answer was sent, or could not be. */
  completed: Promise<void>;
}

interface ListenOptions {
  deno: DenoServe;
  hostname: string;
  /** 0 takes any free one. */
  port: number;
  answer: Handler;
  underWay: RequestsUnderWay;
  log: Log;
  now: () => number;
  sleep?: (milliseconds: number) => Promise<void>;
}

/** Requests that are not answered yet, or whose answer still reads what the client sends, and how the last ones end. */
export class RequestsUnderWay implements UnderWay {
  count = 0;
  /** Resolves when no more connections are taken; null as long as nothing is to end. */
  closed: PromiseWithResolvers<void> | null = null;
  /** Whether answers wait for that. */
  isHolding = false;

  begin(): void {
    this.count++;
  }

  end(response: Response): Response | Promise<Response> {
    this.count--;
    return this.closed === null ? response : this.#heldBack(response, this.closed.promise);
  }

  /** @param ended resolves when what a client sends was read to its end */
  until(ended: Promise<unknown>): void {
    this.count++;
    void ended.then(() => {
      this.count--;
    });
  }

  async #heldBack(response: Response, closed: Promise<void>): Promise<Response> {
    // An endpoint has held it back before.
    if (response.headers.get('connection') === 'close') return response;
    // A client that keeps its connection is told that it closes.
    response.headers.set('connection', 'close');
    if (this.isHolding) await closed;
    return response;
  }
}

export interface Listening {
  address: Address;
  /**
   * Ends without losing a request. Clients are first told to close the connections that they keep. Then answers are held
   * back until no more connections are taken: who waits for an answer opens no new connection that would be cut off.
   * Deno cuts requests off whose body is still coming when it stops listening, so all of them are read before. Those of
   * clients that stand still are cut off after some five seconds; others have their answers meanwhile.
   */
  stop(): Promise<void>;
}

/** Milliseconds in which clients that keep a connection are told to close it. */
const FAREWELL_MS = 250;
/**
 * Answers are held back for at least this many turns of this many milliseconds. Each turn takes the connections that wait:
 * on a busy machine one long wait could be over before any was taken.
 */
const HOLD_TURNS = 10;
const HOLD_MS = 10;
/** Turns after which held answers are sent, though a request is still coming in: its client may be slow, or stand still. */
const RELEASE_TURNS = 50;
/** Turns after which requests that are still coming in are cut off. */
const MOST_TURNS = 500;
/** Milliseconds between two looks at whether files may be opened again. */
const AGAIN_MS = 100;
/** Descriptors that must be free before connections are taken again. */
const SPARE = 8;
/** Milliseconds after which another failure is logged again. */
const QUIET_MS = 60_000;

/**
 * Serves HTTP for as long as the process lives. Deno stops listening when a process has too many files open: this waits
 * until some are closed and listens again; connections that are open are answered meanwhile.
 *
 * @throws Error with a sentence when it cannot listen there
 */
export function listen(options: ListenOptions): Listening {
  const { deno, hostname, answer, underWay, log, now, sleep: wait = sleep } = options;
  let toldAt = Number.NEGATIVE_INFINITY;
  const servers: ReturnType<DenoServe['serve']>[] = [];

  function serve(port: number): Address {
    const server = deno.serve({ hostname, port, onListen: () => {} }, answer);
    servers.push(server);
    server.finished.catch((error: unknown) => listenAgain(error, server.addr.port));
    return server.addr;
  }

  async function listenAgain(error: unknown, port: number): Promise<void> {
    if (now() - toldAt > QUIET_MS) log(failureLine(now(), error));
    toldAt = now();
    while (underWay.closed === null) {
      await wait(AGAIN_MS);
      if (!(await hasSpareFiles(deno))) continue;
      try {
        serve(port);
        return;
      } catch {
        // The port is not free yet.
      }
    }
  }

  const address = orSentence(hostname, options.port, () => serve(options.port));
  return {
    address,
    async stop() {
      underWay.closed = Promise.withResolvers();
      await wait(FAREWELL_MS);
      underWay.isHolding = true;
      let held = 0;
      for (let turn = 0; turn < MOST_TURNS && (held < HOLD_TURNS || underWay.count > 0); turn++) {
        if (held === RELEASE_TURNS) {
          underWay.closed.resolve();
          underWay.closed = Promise.withResolvers();
          held = 0;
        }
        await wait(HOLD_MS);
        held++;
      }
      const shut = servers.map((server) => server.shutdown().catch(() => {}));
      underWay.closed.resolve();
      await Promise.all(shut);
    },
  };
}

async function hasSpareFiles(deno: DenoServe): Promise<boolean> {
  const opened: { close(): void }[] = [];
  try {
    while (opened.length < SPARE) opened.push(await deno.open('/dev/null', { read: true }));
    return true;
  } catch (error) {
    // A process that may not open this file learns nothing from it.
    return codeOf(error) !== 'EMFILE' && codeOf(error) !== 'ENFILE';
  } finally {
    for (const file of opened) file.close();
  }
}

function failureLine(now: number, error: unknown): string {
  return ecsLine(now, 'error', 'no connections are taken for now: they are again when files are closed', {
    'event.action': 'listen',
    'event.outcome': 'failure',
    'error.message': messageOf(error),
  });
}

function orSentence(hostname: string, port: number, serve: () => Address): Address {
  try {
    return serve();
  } catch (error) {
    const known = PROBLEMS[codeOf(error) ?? ''] ?? (isUnknownHost(error) ? notOurs : undefined);
    throw known === undefined ? error : new Error(known(hostname, port), { cause: error });
  }
}

const notOurs = (hostname: string) => `HOST: ${hostname} is not an address of this machine`;

function isUnknownHost(error: unknown): boolean {
  return error instanceof Error && /address information|no address|not known|resolve/i.test(error.message);
}

const PROBLEMS: Readonly<Record<string, (hostname: string, port: number) => string>> = {
  EADDRINUSE: (_, port) => `PORT: ${port} is in use: stop what uses it, or choose another`,
  EACCES: (_, port) => `PORT: ${port} needs more rights: choose one from 1024 up`,
  EADDRNOTAVAIL: notOurs,
};

/**
 * @param text the variable PORT; 8787 where it is not set, any free port for 0
 * @throws SettingError for what is no port
 */
export function portOf(text = ''): number {
  if (text.trim() === '') return 8787;
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new SettingError(
    `PORT: expected a port from 0 to 65535 (0 takes any free one), got ${JSON.stringify(text)}`,
  );
}
