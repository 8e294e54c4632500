import { readFileSync } from 'node:fs';
import { createServer, globalAgent } from 'node:https';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { RemoteFile } from '../../../build/read/remote/remote-file.ts';
import { execFileSync, spawnSync } from '../../support/children.ts';
import { FileServer } from '../../support/file-server.ts';
import { temporaryFolder } from '../support/files.ts';

const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!HAS_OPENSSL)('a file behind https (needs openssl)', async () => {
  const folder = temporaryFolder();
  const plain = await FileServer.start();
  const key = join(folder.path, 'key.pem');
  const cert = join(folder.path, 'cert.pem');
  const certificate =
    '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  if (HAS_OPENSSL) {
    const args = ['req', ...certificate.split(' '), '-addext', names, '-keyout', key, '-out', cert];
    execFileSync('openssl', args, { stdio: 'ignore' });
  }
  let location = '';
  const server = createServer(
    HAS_OPENSSL ? { key: readFileSync(key), cert: readFileSync(cert) } : {},
    (request, response) => {
      if (request.url === '/file') response.writeHead(200, { 'content-length': 3 }).end('abc');
      else response.writeHead(302, { location }).end();
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `https://localhost:${port}`;
  const before = globalAgent.options.ca;
  if (HAS_OPENSSL) globalAgent.options.ca = readFileSync(cert);
  afterAll(() => {
    globalAgent.options.ca = before;
    server.closeAllConnections();
    server.close();
  });

  afterEach(() => void vi.unstubAllEnvs());

  const read = async (path: string) => {
    let text = '';
    for await (const piece of new RemoteFile(url + path).bytes()) text += piece;
    return text;
  };

  it('is read', async () => {
    expect(await read('/file')).toBe('abc');
  });

  it.each([
    ['a name of this machine', () => `${url}/file`, 'redirects to localhost, a loopback or private address'],
    [
      'its address',
      () => `https://127.0.0.1:${port}/file`,
      'redirects to 127.0.0.1, a loopback or private address',
    ],
    [
      'the metadata of a cloud',
      () => 'https://169.254.169.254/latest',
      'redirects to 169.254.169.254, a loopback',
    ],
    [
      'another scheme',
      () => `${plain.url}/file`,
      'redirects from https:// to http://, which is not followed',
    ],
  ])('is refused behind a redirect to %s', async (_, target, sentence) => {
    location = target();
    await expect(read('/')).rejects.toThrow(sentence);
  });

  it('is read behind a redirect to a private address, where the environment allows it', async () => {
    vi.stubEnv('ALLOW_PRIVATE_REDIRECTS', '1');
    location = `https://127.0.0.1:${port}/file`;
    expect(await read('/')).toBe('abc');
    location = `${plain.url}/file`;
    await expect(read('/')).rejects.toThrow('redirects from https:// to http://');
  });

  it('is refused where the certificate is not trusted', async () => {
    globalAgent.options.ca = before;
    globalAgent.destroy();
    await expect(read('/file')).rejects.toThrow('the server cannot be read from (self-signed certificate');
  });
});
