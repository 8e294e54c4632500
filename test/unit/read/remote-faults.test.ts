import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { requirePublic } from '../../../build/read/remote/private-address.ts';
import { RemoteFile } from '../../../build/read/remote/remote-file.ts';
import { type Asked, FileServer } from '../../support/file-server.ts';
import { build } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const server = await FileServer.start();
/** More than a connection holds in its buffers. */
const LARGE = randomBytes(8 << 20);

beforeEach(() => server.reset());

function put(path: string, content: Buffer = LARGE): string {
  server.files.set(path, content);
  return server.url + path;
}

async function fetched(address: string): Promise<Buffer> {
  const file = new RemoteFile(address);
  await file.identify();
  const pieces: Buffer[] = [];
  for await (const piece of file.bytes()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Sends the start of what is asked for, and loses the connection. */
function cut({ request, response, file, start, end }: Asked, bytes: number, headers = {}): true {
  const isRange = request.headers.range !== undefined;
  response.writeHead(isRange ? 206 : 200, {
    'content-length': end - start,
    ...(isRange ? { 'content-range': `bytes ${start}-${end - 1}/${file.length}` } : {}),
    ...headers,
  });
  response.write(file.subarray(start, start + bytes), () => response.destroy());
  return true;
}

describe('a file behind an address', () => {
  it('is read on where a connection was lost', async () => {
    const etag = '"one"';
    const starts: number[] = [];
    server.answer = (asked) => {
      if (asked.times > 0) starts.push(asked.start);
      if (asked.times > 0 && asked.times < 4) return cut(asked, 1_000_000, { etag });
      server.send(asked, { etag });
      return true;
    };
    // The fault server compares If-Range with the hash of the file, which is not this tag.
    server.answer = ((inner) => (asked: Asked) => {
      delete asked.request.headers['if-range'];
      return inner(asked);
    })(server.answer);
    expect((await fetched(put('/a'))).equals(LARGE)).toBe(true);
    expect(starts).toHaveLength(4);
    expect(starts[0]).toBe(0);
    expect(starts[3]).toBeGreaterThan(100_000);
  });

  it.each(['without ranges', 'without ranges and tags', 'with ranges and without tags'])(
    'is read again up to there, and compared, from a server %s',
    async (kind) => {
      server.answer = (asked) => {
        if (kind !== 'with ranges and without tags') {
          delete asked.request.headers.range;
          asked.start = 0;
          asked.end = asked.file.length;
        }
        const headers: Record<string, string> = kind === 'without ranges' ? { etag: '"one"' } : {};
        if (asked.times === 1) return cut(asked, 3_000_000, headers);
        server.send(asked, { etag: undefined, ...headers });
        return true;
      };
      expect((await fetched(put('/a'))).equals(LARGE)).toBe(true);
    },
  );

  it.each([429, 500, 502, 503, 504])('is asked for again after %i', async (status) => {
    server.answer = ({ response, times }) => {
      if (times !== 1) return false;
      response.writeHead(status, { 'retry-after': '0' }).end();
      return true;
    };
    expect((await fetched(put('/a', Buffer.from('abc')))).toString()).toBe('abc');
  });

  it('is found by a redirect', async () => {
    put('/there', Buffer.from('abc'));
    server.answer = ({ request, response }) => {
      if (request.url !== '/here') return false;
      response.writeHead(302, { location: '/there' }).end();
      return true;
    };
    expect((await fetched(put('/here'))).toString()).toBe('abc');
  });

  it('may be empty', async () => {
    expect((await fetched(put('/a', Buffer.alloc(0)))).length).toBe(0);
  });
});

describe('a file behind an address is refused', () => {
  it.each(['with a tag', 'without one'])('when it changes while it is read, %s', async (kind) => {
    const other = randomBytes(LARGE.length);
    server.answer = (asked) => {
      const tag = (file: string) => (kind === 'with a tag' ? { etag: file } : { etag: undefined });
      if (asked.times === 1) return cut(asked, 3_000_000, tag('"one"').etag ? tag('"one"') : {});
      const content = asked.times === 0 ? asked.file : other;
      server.send({ ...asked, file: content }, tag(asked.times === 0 ? '"one"' : '"two"'));
      return true;
    };
    await expect(fetched(put('/a'))).rejects.toThrow('it changed while it was read');
  });

  it('when it was another one when it was looked for', async () => {
    const { size } = await new RemoteFile(put('/a')).identify();
    const file = new RemoteFile(put('/a'), { size, tag: '"another"' });
    await expect(file.bytes().next()).rejects.toThrow('it changed while it was read');
  });

  it('when its body stays shorter than its length', async () => {
    server.answer = (asked) => asked.times > 0 && cut(asked, 10, { etag: '"one"' });
    const file = new RemoteFile(put('/a'), { size: LARGE.length, tag: '"one"' });
    const reading = async () => {
      for await (const _ of file.bytes());
    };
    await expect(reading()).rejects.toThrow(/^the server cannot be read from \(aborted\), in 5 attempts$/);
  });

  it('when its body ends before the size that it had', async () => {
    server.answer = ({ response, times, file }) => {
      if (times === 0) return false;
      response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(file.subarray(0, 100));
      return true;
    };
    await expect(fetched(put('/a'))).rejects.toThrow(`the connection ended`);
  });

  it('when it may not be read any more, in the middle of it', async () => {
    server.answer = (asked) => {
      if (asked.times === 0) return false;
      if (asked.times === 1) return cut(asked, 100_000);
      asked.response.writeHead(403).end();
      return true;
    };
    await expect(fetched(put('/a'))).rejects.toThrow(
      'the server answers 403 Forbidden: it may not be read, or a signature in the address has expired',
    );
  });

  it('when other bytes come than those that were asked for', async () => {
    server.answer = ({ response, file, times }) => {
      if (times === 0) return false;
      response.writeHead(206, { 'content-range': `bytes 5-${file.length - 1}/${file.length}` }).end();
      return true;
    };
    await expect(fetched(put('/a'))).rejects.toThrow('was asked for the bytes from 0 on, and sends bytes 5-');
  });

  it('behind a loop of redirects', async () => {
    server.answer = ({ request, response }) => {
      response.writeHead(307, { location: `${request.url}x` }).end();
      return true;
    };
    await expect(fetched(put('/a'))).rejects.toThrow('redirects more than 10 times: is it a loop?');
  });

  it.each(['ftp://127.0.0.1/a', 'file:///etc/passwd', 's3://bucket/key'])(
    'behind a redirect to %s',
    async (location) => {
      server.answer = ({ response }) => {
        response.writeHead(302, { location }).end();
        return true;
      };
      await expect(fetched(put('/a'))).rejects.toThrow('the server redirects from http:// to');
    },
  );
});

describe('private addresses', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[fd00::1]',
    '[fe80::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a00:1]',
  ])('have %s among them', (host) => {
    expect(() => requirePublic(new URL(`https://${host}/`).hostname)).toThrow(
      'a loopback or private address',
    );
  });

  it.each(['8.8.8.8', '172.32.0.1', '[2606:4700::1]', 'example.com'])('do not have %s among them', (host) => {
    expect(() => requirePublic(new URL(`https://${host}/`).hostname)).not.toThrow();
  });
});

describe('build:artifact refuses', () => {
  const out = join(folder.path, 'out');
  it.each([
    [
      'gs://bucket/a.csv',
      'gs://bucket/a.csv: addresses of gs:// are not read, but https://, http:// and s3:// are',
    ],
    ['https://host.example/*.csv', 'a server of https lists no files'],
    ['https://user:secret@host.example/a.csv', 'the address has a user or password in it'],
    [
      'http://127.0.0.1:9/a.csv',
      'the server cannot be read from (connect ECONNREFUSED 127.0.0.1:9), in 5 attempts',
    ],
  ])('%s', async (input, sentence) => {
    const { code, err } = await build(['--input', input, '--out', out]);
    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(err).not.toContain('secret');
  });

  it('a file that is not there', async () => {
    const { code, err } = await build(['--input', `${server.url}/none.csv?token=secret`, '--out', out]);
    expect(code).toBe(1);
    expect(err).toContain(`${server.url}/none.csv: the server answers 404 Not Found: there is no such file`);
    expect(err).not.toContain('secret');
  });
});
