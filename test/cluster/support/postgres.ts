import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from '../../support/children.ts';

const LIBRARY = '/usr/lib/postgresql';
const BINARIES = existsSync(LIBRARY)
  ? readdirSync(LIBRARY)
      .map((version) => join(LIBRARY, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
  : undefined;

export const isPostgresInstalled = BINARIES !== undefined;

/** To be added to the title of what is skipped. */
export const postgresMissing = isPostgresInstalled ? '' : ' (skipped: postgresql is not installed)';

/** PostgreSQL refuses to run as root: a process of root's runs it as the user that Debian makes for it. */
function account(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']));
  return { uid: id('-u'), gid: id('-g') };
}

/** A PostgreSQL server of the test's own, on a socket in a folder: it listens on no port. */
export class Postgres {
  readonly #folder: string;
  readonly #binaries: string;

  private constructor(folder: string, binaries: string) {
    this.#folder = folder;
    this.#binaries = binaries;
  }

  static start(): Postgres {
    if (BINARIES === undefined) throw new Error('postgresql is not installed');
    const folder = mkdtempSync(join(tmpdir(), 've-pg-'));
    const { uid, gid } = account();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const postgres = new Postgres(folder, BINARIES);
    postgres.#run('initdb', [
      '-D',
      join(folder, 'data'),
      '-A',
      'trust',
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
    ]);
    // The zone is one that is not UTC, as a server's may be.
    const options = `-c listen_addresses= -k ${folder} -c fsync=off -c timezone=America/Lima`;
    postgres.#run('pg_ctl', [
      '-D',
      join(folder, 'data'),
      '-o',
      options,
      '-w',
      '-l',
      join(folder, 'log'),
      'start',
    ]);
    return postgres;
  }

  /** Runs statements. @param input for COPY FROM STDIN @returns what they answer, as CSV with a header */
  async run(sql: string, input = ''): Promise<string> {
    const args = ['-h', this.#folder, '-U', 'postgres', '-q', '--csv', '-v', 'ON_ERROR_STOP=1', '-c', sql];
    const child = spawn(join(this.#binaries, 'psql'), args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.err += text;
    });
    child.stdin.on('error', () => {}).end(input);
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(output.err);
    return output.out;
  }

  /** Ends the server, and takes its folder away. */
  stop(): void {
    this.#run('pg_ctl', ['-D', join(this.#folder, 'data'), '-m', 'immediate', 'stop']);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, args: readonly string[]): void {
    execFileSync(join(this.#binaries, program), args, { ...account(), cwd: '/', stdio: 'ignore' });
  }
}
