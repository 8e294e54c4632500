import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server on loopback, and counts what each sends. */
export class CountingProxy {
  readonly port: number;
  /** Bytes that the server has sent. */
  received = 0;
  /** Bytes that the client has sent. */
  sent = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async start(target: number): Promise<CountingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const proxy = new CountingProxy(
      server,
      typeof address === 'object' && address !== null ? address.port : 0,
    );
    server.on('connection', (client) => proxy.#join(client, connect(target, '127.0.0.1')));
    return proxy;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, server: Socket): void {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
    server.on('data', (bytes) => {
      this.received += bytes.length;
    });
    client.on('data', (bytes) => {
      this.sent += bytes.length;
    });
  }
}
