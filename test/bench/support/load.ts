import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Resources } from './resources.ts';
import type { Server } from './server.ts';
import { inTurn } from './statistics.ts';

const run = promisify(execFile);

/** As many as keep one server thread busy without a queue that hides what it does. */
const CONNECTIONS = 16;

/** Sends the bodies in turn, and prints the one line that is read back. Durations are in microseconds. */
const SCRIPT = `
local requests, at = {}, 0
function init()
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  for line in io.lines(os.getenv("BENCH_BODIES")) do
    requests[#requests + 1] = wrk.format(nil, nil, nil, line)
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\\nRESULT %d %d %d\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;

export interface Load {
  requestsPerSecond: number;
  /** Processor time of the server for each request, in microseconds; null where the system does not tell. */
  cpuMicroseconds: number | null;
}

/** @returns a function that sends POSTs with these bodies to a server, in turn, for some seconds through wrk */
export function loader(
  resources: Resources,
  bodies: readonly object[],
): (server: Server, seconds: number) => Promise<Load> {
  const folder = resources.folder();
  const script = join(folder, 'post.lua');
  const lines = join(folder, 'bodies');
  writeFileSync(script, SCRIPT);
  writeFileSync(lines, bodies.map((body) => `${JSON.stringify(body)}\n`).join(''));
  return async (server, seconds) => {
    const before = server.cpuSeconds();
    const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, server.url];
    const { stdout } = await run('wrk', args, { env: { ...process.env, BENCH_BODIES: lines } });
    const after = server.cpuSeconds();
    const [requests, microseconds, errors] =
      /RESULT (\d+) (\d+) (\d+)/.exec(stdout)?.slice(1).map(Number) ?? [];
    if (!requests || !microseconds || errors !== 0) {
      throw new Error(`wrk expected answers from ${server.name} without an error, got:\n${stdout}`);
    }
    return {
      requestsPerSecond: requests / (microseconds / 1e6),
      cpuMicroseconds: before === null || after === null ? null : ((after - before) / requests) * 1e6,
    };
  };
}

/** What two servers did under the same load, round by round. */
export interface LoadPairs {
  ours: Load[];
  peer: Load[];
}

/** Warms two servers up, then loads them in turn. */
export async function loadInTurn(
  load: (server: Server) => Promise<Load>,
  rounds: number,
  ours: Server,
  peer: Server,
): Promise<LoadPairs> {
  for (const server of [ours, peer]) await load(server);
  return inTurn(rounds, { ours: () => load(ours), peer: () => load(peer) });
}
