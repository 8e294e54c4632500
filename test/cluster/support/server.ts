import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const BINARY = ['/usr/sbin/clickhouse-server', '/usr/bin/clickhouse-server', '/usr/bin/clickhouse'].find(
  (path) => existsSync(path),
);

export const isServerInstalled = BINARY !== undefined;

/** To be added to the title of what is skipped. */
export const serverMissing = isServerInstalled ? '' : ' (skipped: clickhouse-server is not installed)';

export const PASSWORD = 'open sesame';

/**
 * A ClickHouse server of the test's own, on loopback. Its user `reader` has a password, others have
 * none: `default`, `hasty`, whose queries end quietly at a limit, and `fixed`, who may change no settings.
 */
export class Server {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #exit: Promise<void>;

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.#exit = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  /**
   * @param tcp the port for other servers
   * @param shards the ports by which this one reaches all shards of the cluster `pair`
   */
  static async start(tcp: number, shards: readonly number[] = []): Promise<Server> {
    if (BINARY === undefined) throw new Error('clickhouse-server is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'voucher-edge-clickhouse-'));
    const [http = 0, interserver = 0] = await freePorts(2);
    for (const name of ['data', 'tmp', 'files']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'config.xml'), config(folder, { http, tcp, interserver }, shards));
    writeFileSync(join(folder, 'users.xml'), USERS);
    const args = [
      ...(BINARY.endsWith('/clickhouse') ? ['server'] : []),
      `--config-file=${join(folder, 'config.xml')}`,
    ];
    const server = new Server(spawn(BINARY, args, { stdio: 'ignore', cwd: folder }), folder, http);
    await server.#ready();
    return server;
  }

  /** Runs a statement. @returns what it answers, as text @throws Error with what the server says */
  async run(sql: string, body?: string): Promise<string> {
    const settings = 'insert_distributed_sync=1&wait_end_of_query=1';
    const url =
      body === undefined
        ? `${this.url}/?${settings}`
        : `${this.url}/?${settings}&query=${encodeURIComponent(sql)}`;
    const response = await fetch(url, { method: 'POST', body: body ?? sql });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text.trimEnd();
  }

  /** Kills the process, and takes its folder away. Asked to end by itself, it would take eight seconds. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** As {@link stop}, for a process that is about to exit and cannot wait. */
  kill(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    for (;;) {
      const { exitCode, signalCode } = this.#child;
      if (exitCode !== null || signalCode !== null)
        throw new Error(`clickhouse-server ended with ${exitCode ?? signalCode}`);
      const answers = await fetch(`${this.url}/ping`).then(
        (response) => response.ok,
        () => false,
      );
      if (answers) return;
      await setTimeout(50);
    }
  }
}

/** Starts the two shards of the cluster `pair`; the first one reaches both. */
export async function startPair(): Promise<[Server, Server]> {
  const [first = 0, second = 0] = await freePorts(2);
  return await Promise.all([Server.start(first, [first, second]), Server.start(second)]);
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    listeners.map(async (listener) => {
      await new Promise((resolve) => listener.once('listening', resolve));
      const address = listener.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return ports;
}

function config(
  folder: string,
  ports: { http: number; tcp: number; interserver: number },
  shards: readonly number[],
): string {
  const replicas = shards.map(
    (port) => `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`,
  );
  // The zone is one that is not UTC, as a server's may be.
  return `<yandex>
  <logger><level>warning</level><log>${folder}/log</log><errorlog>${folder}/errors</errorlog></logger>
  <http_port>${ports.http}</http_port><tcp_port>${ports.tcp}</tcp_port>
  <interserver_http_port>${ports.interserver}</interserver_http_port>
  <listen_host>127.0.0.1</listen_host>
  <path>${folder}/data/</path><tmp_path>${folder}/tmp/</tmp_path><user_files_path>${folder}/files/</user_files_path>
  <users_config>${folder}/users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>268435456</mark_cache_size><uncompressed_cache_size>0</uncompressed_cache_size>
  <timezone>America/Lima</timezone>
  <remote_servers><pair>${replicas.join('')}</pair></remote_servers>
</yandex>
`;
}

const user = (name: string, password: string, profile = 'default') =>
  `<${name}><password>${password}</password><networks><ip>127.0.0.1</ip></networks><profile>${profile}</profile><quota>default</quota></${name}>`;

const USERS = `<yandex>
  <profiles>
    <default></default>
    <hasty><max_rows_to_read>1000</max_rows_to_read><read_overflow_mode>break</read_overflow_mode></hasty>
    <fixed><readonly>1</readonly></fixed>
  </profiles>
  <users>${user('default', '')}${user('reader', PASSWORD)}${user('hasty', '', 'hasty')}${user('fixed', '', 'fixed')}</users>
  <quotas><default></default></quotas>
</yandex>
`;
