import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { connectCluster } from '../../../src/cluster/live/connect-cluster.ts';

/** What a server saw of one request. */
interface Seen {
  readonly headers: IncomingHttpHeaders;
  /** Common name of the client's certificate. */
  readonly client: string | undefined;
}

let directory: string;
let seen: Seen[];
const open: Server[] = [];
const before = process.env['KUBECONFIG'];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'podnet-triage-connect-'));
  seen = [];
});

afterEach(async () => {
  for (const server of open.splice(0)) server.close();
  await rm(directory, { recursive: true });
  if (before === undefined) delete process.env['KUBECONFIG'];
  else process.env['KUBECONFIG'] = before;
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const certificate = 'getPeerCertificate' in request.socket ? (request.socket as TLSSocket).getPeerCertificate() : undefined;
  seen.push({ headers: request.headers, client: certificate?.subject?.CN as string | undefined });
  response.setHeader('content-type', 'application/json');
  response.end('{"kind":"NodeList","apiVersion":"v1","metadata":{},"items":[]}');
}

async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const plainServer = async (): Promise<string> => `http://127.0.0.1:${await listen(createServer(answer))}`;

interface Entry {
  readonly cluster: object;
  readonly user?: object | undefined;
}

async function kubeconfig({ cluster, user }: Entry, name = 'config'): Promise<void> {
  const file = join(directory, name);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', ...(user === undefined ? {} : { user: 'u' }) } }],
    clusters: [{ name: 'c', cluster }],
    users: user === undefined ? [] : [{ name: 'u', user }],
  };
  await writeFile(file, JSON.stringify(config));
  process.env['KUBECONFIG'] = file;
}

async function readNodes(context?: string): Promise<void> {
  const reader = await connectCluster({ context, client: { retry: { retries: 0, firstDelayMs: 1, longestDelayMs: 1 } } });
  try {
    await reader.list('Node');
  } finally {
    await reader.close();
  }
}

describe('the user of a kubeconfig', () => {
  it('may be nobody, over plain HTTP as behind kubectl proxy', async () => {
    await kubeconfig({ cluster: { server: await plainServer() } });

    await readNodes();

    expect(seen[0]?.headers['authorization']).toBeUndefined();
  });

  it.each([
    ['a token', { token: 'abc' }, 'Bearer abc'],
    ['a name and a password', { username: 'ann', password: 'pw' }, `Basic ${Buffer.from('ann:pw').toString('base64')}`],
  ])('may have %s', async (_what, user, header) => {
    await kubeconfig({ cluster: { server: await plainServer() }, user });

    await readNodes();

    expect(seen[0]?.headers['authorization']).toBe(header);
  });

  it('may keep the token in a file beside the kubeconfig', async () => {
    await writeFile(join(directory, 'the-token'), 'from-file');
    await kubeconfig({ cluster: { server: await plainServer() }, user: { tokenFile: 'the-token' } });

    await readNodes();

    expect(seen[0]?.headers['authorization']).toBe('Bearer from-file');
  });

  it('may get the token from a plugin, which learns the version to answer in', async () => {
    const plugin = join(directory, 'plugin');
    const script = `#!/bin/sh\ncase "$KUBERNETES_EXEC_INFO" in *client.authentication.k8s.io/v1*) ;; *) exit 1;; esac\necho '{"kind":"ExecCredential","status":{"token":"minted"}}'\n`;
    await writeFile(plugin, script);
    await chmod(plugin, 0o700);
    await kubeconfig({
      cluster: { server: await plainServer() },
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' } },
    });

    await readNodes();

    expect(seen[0]?.headers['authorization']).toBe('Bearer minted');
  });

  it('whose plugin is not installed is told so', async () => {
    await kubeconfig({
      cluster: { server: await plainServer() },
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin' } },
    });

    await expect(readNodes()).rejects.toThrow(/^The credentials for http:\S+ could not be obtained: spawn no-such-plugin ENOENT$/);
  });

  it('may act as somebody else', async () => {
    const user = { token: 'abc', as: 'bob', 'as-uid': '7', 'as-groups': ['ops', 'dev'], 'as-user-extra': { scopes: ['view'] } };
    await kubeconfig({ cluster: { server: await plainServer() }, user });

    await readNodes();

    expect(seen[0]?.headers).toMatchObject({
      'impersonate-user': 'bob',
      'impersonate-uid': '7',
      'impersonate-group': 'ops, dev',
      'impersonate-extra-scopes': 'view',
    });
  });
});

// Certificates are made on the spot, so that none expires in the repository.
describe.skipIf(spawnSync('openssl', ['version']).error !== undefined)('TLS', () => {
  const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });

  async function tlsServer(): Promise<{ server: string; ca: string; client: object }> {
    for (const [name, subject] of [
      ['server', '/CN=localhost'],
      ['client', '/CN=ann'],
    ] as const) {
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        subject,
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.crt`,
      );
    }
    const read = (file: string): Buffer => readFileSync(join(directory, file));
    const port = await listen(
      createTlsServer(
        { key: read('server.key'), cert: read('server.crt'), ca: read('client.crt'), requestCert: true, rejectUnauthorized: false },
        answer,
      ),
    );
    return {
      server: `https://127.0.0.1:${port}`,
      ca: read('server.crt').toString('base64'),
      client: { 'client-certificate': 'client.crt', 'client-key': 'client.key' },
    };
  }

  it('trusts the cluster by its certificate and presents the client', async () => {
    const { server, ca, client } = await tlsServer();
    await kubeconfig({ cluster: { server, 'certificate-authority-data': ca }, user: client });

    await readNodes();

    expect(seen[0]?.client).toBe('ann');
  });

  it('trusts it also without a user', async () => {
    const { server, ca } = await tlsServer();
    await kubeconfig({ cluster: { server, 'certificate-authority-data': ca } });

    await readNodes();

    expect(seen).toHaveLength(1);
  });

  it('refuses a certificate that nobody vouches for, unless told not to look', async () => {
    const { server } = await tlsServer();
    await kubeconfig({ cluster: { server } });

    await expect(readNodes()).rejects.toThrow(/cannot be reached: .*self.signed/i);
    await kubeconfig({ cluster: { server, 'insecure-skip-tls-verify': true } });
    await readNodes();
    expect(seen).toHaveLength(1);
  });

  it('goes through the proxy that the cluster names', async () => {
    const { server, ca } = await tlsServer();
    const tunnels: string[] = [];
    const proxy = createServer().on('connect', (request: IncomingMessage, socket, head: Buffer) => {
      const [host = '', port] = (request.url ?? '').split(':');
      tunnels.push(request.url ?? '');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
    });
    const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
    await kubeconfig({ cluster: { server, 'certificate-authority-data': ca, 'proxy-url': proxyUrl } });

    await readNodes();

    expect(tunnels).toEqual([new URL(server).host]);
    expect(seen).toHaveLength(1);
  });
});

describe('a configuration that cannot be used', () => {
  it('is said to have no such context', async () => {
    await kubeconfig({ cluster: { server: 'http://127.0.0.1:1' } });

    await expect(connectCluster({ context: 'there' })).rejects.toThrow('The kubeconfig has no context "there" (it has here)');
  });

  it('is said not to exist', async () => {
    process.env['KUBECONFIG'] = join(directory, 'nowhere');

    await expect(connectCluster()).rejects.toThrow(/^KUBECONFIG names .*nowhere, which does not exist$/);
  });

  it('is said to be broken', async () => {
    const file = join(directory, 'broken');
    await writeFile(file, 'a: [');
    process.env['KUBECONFIG'] = file;

    await expect(connectCluster()).rejects.toThrow(/^The kubeconfig .*broken cannot be read: /);
  });
});

test('of several kubeconfig files the first to name a thing wins, and missing ones are passed over', async () => {
  await kubeconfig({ cluster: { server: 'http://127.0.0.1:1' }, user: { token: 'second' } }, 'second');
  await kubeconfig({ cluster: { server: await plainServer() }, user: { token: 'first' } }, 'first');
  process.env['KUBECONFIG'] = ['nowhere', 'first', 'second'].map((name) => join(directory, name)).join(':');

  await readNodes();

  expect(seen[0]?.headers['authorization']).toBe('Bearer first');
});
