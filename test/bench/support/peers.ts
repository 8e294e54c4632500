import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PYTHON } from './flask.ts';
import { inProject } from './project.ts';

const run = promisify(execFile);
const ENGINES = 'test/bench/peers/engines';
const INSTALL_ENGINES = `npm install --prefix ${ENGINES}`;

type Peer = 'pandas' | 'bare duckdb';

/** @returns the program and arguments with which a peer groups a history */
export function peerCommand(peer: Peer, input: string): [file: string, args: string[]] {
  return peer === 'pandas'
    ? [PYTHON, [inProject('test/bench/peers/pandas_pipeline.py'), input]]
    : [process.execPath, [inProject(`${ENGINES}/duckdb.mjs`), input]];
}

/** @returns why a peer cannot be measured here and how to get it, or null when it can */
export async function missingPeer(peer: Peer): Promise<string | null> {
  const pandas = peer === 'pandas';
  try {
    if (pandas) await run(PYTHON, ['-c', 'import pandas']);
    else
      await run(process.execPath, ['--input-type=module', '-e', "await import('@duckdb/node-api')"], {
        cwd: inProject(ENGINES),
      });
    return null;
  } catch {
    return `${peer} is not installed (${pandas ? 'Debian: apt-get install python3-pandas' : INSTALL_ENGINES})`;
  }
}
